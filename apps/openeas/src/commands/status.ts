import { createEasClient } from '@openeas/sdk';
import { readRootCredentials } from '../credentials.js';
import type { Settings } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';
import { runningPrograms } from '../supervisor/supervisor.js';

interface ServiceLine {
  readonly ServiceName: string;
  readonly Status: string;
  readonly RunningInstance: number;
  readonly TotalInstance: number;
  readonly Message: string;
}

/** `openeas status`: exit code 0 while control and gateway run. */
export async function status(settings: Settings, output: 'text' | 'json'): Promise<number> {
  const programs = runningPrograms(settings);
  const services = programs.control && programs.gateway ? await listServices(settings) : undefined;
  const runs = programs.control !== undefined && programs.gateway !== undefined;
  if (output === 'json') {
    const facts = {
      address: settings.publicUrl,
      home: settings.layout.home,
      ...programs,
      services: services ?? null,
    };
    process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return runs ? EXIT.ok : EXIT.failed;
  }
  const lines = (['supervisor', 'gateway', 'control'] as const).map((name) => {
    const record = programs[name];
    return `${name.padEnd(11)} ${record === undefined ? 'not running' : `running, pid ${record.pid}, version ${record.version}`}`;
  });
  lines.push(`address     ${settings.publicUrl}`, `data        ${settings.layout.home}`);
  for (const service of services ?? []) {
    lines.push(
      `service     ${service.ServiceName}: ${service.Status} (${service.RunningInstance}/${service.TotalInstance}) ${service.Message}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return runs ? EXIT.ok : EXIT.failed;
}

async function listServices(settings: Settings): Promise<readonly ServiceLine[] | undefined> {
  const credentials = readRootCredentials(settings.layout);
  if (credentials === undefined) return undefined;
  const client = createEasClient({
    endpoint: settings.publicUrl,
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    regionId: settings.region,
  });
  try {
    const answer = await client.call('ListServices', { query: { PageSize: 1000 } });
    return (answer as unknown as { Services: ServiceLine[] }).Services;
  } catch {
    return undefined; // Starting or stopping: the lines above say so.
  } finally {
    client.close();
  }
}
