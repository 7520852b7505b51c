import type { Readable } from 'node:stream';

/** Keeps model and processor packages by content hash. */
export interface ArtifactStore {
  /**
   * Fetches, checks, unpacks and keeps the package, or returns what is kept already. With `digest` the kept
   * bytes are used without asking the source again; when they are gone the source must yield the same digest.
   * Downloads that were cut off go on where they stopped. Fails with an Artifact* error of the catalogue.
   */
  ensure(ref: ArtifactRef, options: EnsureOptions): Promise<Artifact>;
  open(digest: string): Promise<Artifact | undefined>;
  /**
   * Removes what is not in `keep` and was not used within the grace period (so that what `ensure` has just
   * returned is safe until its digest is recorded); returns the bytes freed.
   */
  collect(keep: ReadonlySet<string>): Promise<number>;
  close(): Promise<void>;
}

export interface ArtifactRef {
  /** The service.json key it comes from, for error messages: `model_path`, `processor_path`. */
  readonly field: string;
  /** http(s) URL, `oss://bucket/key` (a key ending in `/` is a folder), or an absolute local path. */
  readonly source: string;
  /** Whose buckets `oss://` may read. */
  readonly accountUid: string;
  /** Archives are unpacked unless false. */
  readonly uncompress: boolean;
}

export interface EnsureOptions {
  readonly digest: string | null;
  readonly signal: AbortSignal;
  onProgress?(done: { bytes: number; total: number | undefined }): void;
}

export interface Artifact {
  /** `sha256:` and 64 hexadecimal characters, over the package as fetched. */
  readonly digest: string;
  /** Folder with the content; read-only. */
  readonly dir: string;
  /** Name of the one file when the package is a single file (or an archive of one), else null. */
  readonly singleFile: string | null;
  readonly bytes: number;
  readonly files: number;
}

/** Buckets and objects of the accounts, enough of an object store for uploads. */
export interface ObjectStore {
  /** Streams to disk; the object appears whole or not at all. `contentMd5` (Base64) is checked when given. */
  put(
    object: ObjectName,
    body: Readable,
    options: { contentMd5?: string; limitBytes: number },
  ): Promise<ObjectInfo>;
  head(object: ObjectName): Promise<ObjectInfo | undefined>;
  get(object: ObjectName): Promise<{ info: ObjectInfo; body: Readable } | undefined>;
  remove(object: ObjectName): Promise<boolean>;
  /** Keys with the prefix, in byte order. */
  list(bucket: string, prefix: string): AsyncIterable<ObjectInfo & { key: string }>;
}

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectInfo {
  readonly size: number;
  /** Upper-case hexadecimal MD5, as OSS ETags. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}
