export { type ArtifactLog, type ArtifactStoreOptions, createArtifactStore } from './artifact-store.js';
export { type ArtifactLimits, DEFAULT_LIMITS } from './limits.js';
export { resolveEntry } from './model-entry.js';
export { createObjectStore, type ObjectStoreOptions } from './object-store.js';
export { allowListPolicy, type FetchPolicy, type HostList, OPEN_POLICY } from './policy.js';
export type {
  Artifact,
  ArtifactRef,
  ArtifactStore,
  EnsureOptions,
  ObjectInfo,
  ObjectName,
  ObjectStore,
} from './port.js';
