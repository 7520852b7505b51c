import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, sleep } from '@openeas/kernel';
import { createEasClient, type EasClient } from '@openeas/sdk';
import { readRootCredentials } from '../credentials.js';
import type { Settings } from '../settings.js';

const FOLDER = fileURLToPath(new URL('../../../../examples/heart-disease/', import.meta.url));
const DEADLINE_MS = 120_000;

/** What the first start shows: the service of the manual's PMML example, deployed and called. */
export interface ExampleResult {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly version: number;
  readonly request: string;
  readonly answer: string;
}

interface ServiceFacts {
  readonly Status: string;
  readonly Message: string;
  readonly AccessToken: string;
  readonly InternetEndpoint: string;
  readonly CurrentVersion: number;
}

/**
 * Deploys examples/heart-disease once per installation and calls it. A later start finds the same service;
 * one that its owner deleted stays deleted (undefined).
 */
export async function deployExample(
  settings: Settings,
  clock: Clock,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<ExampleResult | undefined> {
  const description = JSON.parse(readFileSync(join(FOLDER, 'service.json'), 'utf8')) as {
    name: string;
    model_path: string;
  };
  const request = readFileSync(join(FOLDER, 'request.json'), 'utf8').trim();
  const client = rootClient(settings);
  try {
    const marker = join(settings.layout.data, 'example-deployed');
    let service = await describe(client, settings, description.name);
    if (service === undefined) {
      if (existsSync(marker)) return undefined;
      progress(`Deploying the example service ${description.name}`);
      const body = { ...description, model_path: join(FOLDER, description.model_path) };
      await client.call('CreateService', { body });
      writeFileSync(marker, '', { mode: 0o600 });
    }
    service = await untilRunning(client, settings, description.name, clock, signal);
    if (service === undefined) return undefined;
    const { InternetEndpoint: url, AccessToken: token, CurrentVersion: version } = service;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { Authorization: token },
      body: request,
      signal,
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`The example service answered ${answer.status}: ${text}`);
    return { name: description.name, url, token, version, request, answer: text };
  } finally {
    client.close();
  }
}

function rootClient(settings: Settings): EasClient {
  const credentials = readRootCredentials(settings.layout);
  if (credentials === undefined)
    throw new Error(`${settings.layout.credentials} is missing; see \`openeas doctor\`.`);
  return createEasClient({
    endpoint: settings.publicUrl,
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    regionId: settings.region,
  });
}

async function describe(
  client: EasClient,
  settings: Settings,
  name: string,
): Promise<ServiceFacts | undefined> {
  try {
    const path = { ClusterId: settings.region, ServiceName: name };
    return (await client.call('DescribeService', { path })) as unknown as ServiceFacts;
  } catch (error) {
    if ((error as { code?: string }).code === 'ServiceNotFound') return undefined;
    throw error;
  }
}

async function untilRunning(
  client: EasClient,
  settings: Settings,
  name: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<ServiceFacts | undefined> {
  const deadline = clock.monotonic() + DEADLINE_MS;
  for (;;) {
    const service = await describe(client, settings, name);
    if (service === undefined || service.Status === 'Stopped' || service.Status === 'Stopping')
      return undefined;
    if (service.Status === 'Running') return service;
    if (service.Status === 'Failed' || clock.monotonic() > deadline) {
      throw new Error(`The example service is ${service.Status}: ${service.Message}`);
    }
    await sleep(clock, 100, signal);
  }
}
