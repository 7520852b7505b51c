export type {
  Artifact,
  ArtifactRef,
  ArtifactStore,
  EnsureOptions,
  ObjectInfo,
  ObjectName,
  ObjectStore,
} from './port.js';
