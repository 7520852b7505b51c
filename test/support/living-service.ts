import { join } from 'node:path';
import type { EasClient } from '@openeas/sdk';
import { onTestFinished } from 'vitest';
import { type Load, startLoad } from '../../bench/src/load.mjs';
import { HEART_DISEASE, Installation, type ServiceFacts } from './installation.js';

export const MODEL = join(HEART_DISEASE, 'heart-disease.pmml');
export const CONNECTIONS = 6;

/** A running service `life`, and one beside it. */
export async function livingService(
  name: string,
  instances = 2,
): Promise<{ installation: Installation; client: EasClient; service: ServiceFacts }> {
  const installation = await Installation.start(name);
  const client = installation.client();
  await client.call('CreateService', { body: installation.description('life', { instance: instances }) });
  await client.call('CreateService', { body: installation.description('other') });
  await installation.until(client, 'other', 'Running');
  return { installation, client, service: await installation.until(client, 'life', 'Running') };
}

export function steadyLoad(installation: Installation, service: ServiceFacts, rate: number): Load {
  const load = startLoad({
    port: installation.port,
    path: '/api/predict/life',
    headers: { authorization: service.AccessToken },
    body: '[{}]',
    connections: CONNECTIONS,
    rate,
  });
  onTestFinished(() => load.stop().then(() => {}));
  return load;
}
