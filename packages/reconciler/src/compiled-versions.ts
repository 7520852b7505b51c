import { parseServiceDescription, type ServiceDescription } from '@openeas/contracts';
import type { VersionRecord } from '@openeas/store';

/** Compiled descriptions, kept as long as the text they came from is the same. */
export class CompiledVersions {
  readonly #compiled = new Map<string, { config: string; description: ServiceDescription }>();

  /** Fails with InvalidServiceDescription when a newer OpenEAS no longer accepts what an older one stored. */
  get(version: VersionRecord): ServiceDescription {
    const key = `${version.serviceUid}/${version.version}`;
    const known = this.#compiled.get(key);
    if (known?.config === version.config) return known.description;
    const { description } = parseServiceDescription(JSON.parse(version.config));
    this.#compiled.set(key, { config: version.config, description });
    return description;
  }

  forget(serviceUid: string): void {
    for (const key of this.#compiled.keys()) {
      if (key.startsWith(`${serviceUid}/`)) this.#compiled.delete(key);
    }
  }
}
