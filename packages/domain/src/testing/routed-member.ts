import { parseServiceDescription } from '@openeas/contracts';
import type { RoutedMember } from '../routes/blue-green-routes.js';
import type { RoutedInstance } from '../routes/route-of.js';

export const LIMITS = { marginMs: 500, maxBodyBytes: 1000 };
export const routedInstance = (id: string): RoutedInstance => ({
  id,
  version: 1,
  phase: 'Ready',
  desired: 'Running',
  host: '127.0.0.1',
  port: 40_000,
  gatewayKey: `key-${id}`,
  isolated: false,
  detached: false,
  drainingAt: 0,
});

/** A running service with one ready instance; say what is different. */
export function routedMember(
  name: string,
  changes: Partial<RoutedMember['service']> = {},
  { instances = [routedInstance(`i-${name}`)], metadata = {}, networking = {} } = {},
): RoutedMember {
  const { description } = parseServiceDescription({
    name,
    processor: 'pmml',
    model_path: 'http://m/x.pmml',
    metadata: { instance: 1, 'rpc.keepalive': 1000, ...metadata },
    networking,
  });
  return {
    service: {
      uid: `uid-${name}`,
      name,
      state: 'Running',
      message: '',
      desired: 'Running',
      token: `token-${name}`,
      instanceCount: 1,
      weight: 0,
      released: false,
      entryToken: null,
      goneTokens: [],
      ...changes,
    },
    description,
    instances,
  };
}
