export interface KeptVersion {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface VersionRetention {
  /** Versions kept, pinned ones counted in. */
  readonly count: number;
  /** Milliseconds. */
  readonly age: number;
}

/** Contract 8.1: RecycleVersions, RecycleHours. */
export const DEFAULT_VERSION_RETENTION: VersionRetention = { count: 10, age: 180 * 24 * 3_600_000 };

/**
 * Which versions may go: those beyond the newest `count` and those older than `age`, but never a pinned one
 * (the current version, the one before it, and any that an instance still runs).
 */
export function versionsToRemove(
  versions: readonly KeptVersion[],
  pinned: ReadonlySet<number>,
  now: number,
  retention: VersionRetention = DEFAULT_VERSION_RETENTION,
): readonly number[] {
  const newestFirst = [...versions].sort((a, b) => b.version - a.version);
  let places = retention.count - newestFirst.filter(({ version }) => pinned.has(version)).length;
  const gone: number[] = [];
  for (const { version, createdAt } of newestFirst) {
    if (pinned.has(version)) continue;
    if (places > 0 && createdAt >= now - retention.age) places--;
    else gone.push(version);
  }
  return gone;
}
