/** What one package may cost. All bounds are inclusive. */
export interface ArtifactLimits {
  /** Bytes of a package as fetched. */
  readonly downloadBytes: number;
  /** Bytes of its files after unpacking. */
  readonly unpackedBytes: number;
  /** Files and folders. */
  readonly entries: number;
  /** Unpacked bytes per packed byte, checked once `ratioFloorBytes` have come out. */
  readonly ratio: number;
  readonly ratioFloorBytes: number;
  readonly redirects: number;
  /** Failures in a row without any progress until a download is given up. */
  readonly attempts: number;
  /** Milliseconds until the answer's headers must have come. */
  readonly connectMs: number;
  /** Longest silence while a body is read, milliseconds. */
  readonly idleMs: number;
  /** Longest time for one download with all its attempts, milliseconds. */
  readonly totalMs: number;
  /** Bytes between two points to which a killed download can return. */
  readonly checkpointBytes: number;
  /** `collect` keeps what was used more recently than this, milliseconds. */
  readonly graceMs: number;
  /** `collect` removes cut-off downloads that nobody went on with for this long, milliseconds. */
  readonly partialMs: number;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export const DEFAULT_LIMITS: ArtifactLimits = {
  downloadBytes: 20 * GIB,
  unpackedBytes: 50 * GIB,
  entries: 100_000,
  ratio: 200,
  ratioFloorBytes: 64 * MIB,
  redirects: 5,
  attempts: 5,
  connectMs: 30_000,
  idleMs: 60_000,
  totalMs: 6 * 3_600_000,
  checkpointBytes: 4 * MIB,
  graceMs: 600_000,
  partialMs: 7 * 24 * 3_600_000,
};
