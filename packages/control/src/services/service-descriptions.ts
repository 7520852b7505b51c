import { parseServiceDescription, type ServiceConfig, type ServiceDescription } from '@openeas/contracts';
import type { ServiceRecord, VersionRecord } from '@openeas/store';

export interface ReadDescription {
  readonly config: ServiceConfig;
  readonly description: ServiceDescription;
}

/**
 * Compiled descriptions of the versions in use, so that a list or a route does not parse what it parsed
 * before. One entry a service: of its version last asked for.
 */
export class ServiceDescriptions {
  readonly #known = new Map<string, { text: string; read: ReadDescription }>();

  of(version: VersionRecord): ReadDescription {
    const known = this.#known.get(version.serviceUid);
    if (known?.text === version.config) return known.read;
    // Kept descriptions were checked when they came in; what was offered then may be gone, and is not asked.
    const read = parseServiceDescription(JSON.parse(version.config));
    this.#known.set(version.serviceUid, { text: version.config, read });
    return read;
  }

  forget(serviceUid: ServiceRecord['uid']): void {
    this.#known.delete(serviceUid);
  }
}
