import type { InstanceConfig, ServiceDescription } from '@openeas/contracts';
import type { InstanceRecord, ServiceRecord } from '@openeas/store';
import type { Packages } from './package-keeper.js';

export interface InstanceDefaults {
  /** Largest request body, bytes. */
  readonly maxBodyBytes: number;
  /** Address instances listen on. */
  readonly listenHost: string;
}

/** Everything a runtime needs, for one attempt of an instance. */
export function instanceConfig(
  service: ServiceRecord,
  row: InstanceRecord,
  attempt: number,
  description: ServiceDescription,
  packages: Packages,
  place: InstanceDefaults & { readonly region: string },
): InstanceConfig {
  return {
    instanceId: row.id,
    instanceName: row.name,
    attempt,
    secret: row.secret,
    gatewayKey: row.gatewayKey,
    serviceName: service.name,
    serviceUid: service.uid,
    version: row.version,
    region: place.region,
    token: service.token,
    listen: { host: place.listenHost, port: 0 },
    description,
    modelDir: packages.modelDir,
    modelEntry: packages.modelEntry,
    processorDir: packages.processorDir,
    warmUpFiles: packages.warmUpFiles,
    maxBodyBytes: place.maxBodyBytes,
  };
}
