import type { InstanceStatus } from '@openeas/contracts';
import { isAlive, type ProcessIdentity, signalProcess } from '@openeas/kernel';
import type { InstanceFolder } from './instance-folder.js';

/** What the files and the process table say of one attempt, without asking the instance itself. */
export type Trace =
  | { readonly kind: 'absent' }
  /** Spawned and not claimed, or claimed this moment. */
  | { readonly kind: 'spawned' }
  | { readonly kind: 'alive'; readonly owner: ProcessIdentity; readonly status: InstanceStatus | undefined }
  | { readonly kind: 'exited'; readonly status: InstanceStatus | undefined };

/** A claim without content is being written; after this long its writer died in between. */
const CLAIM_WRITE_MS = 5_000;

export function traceAttempt(
  folder: InstanceFolder,
  attempt: number,
  spawnedHere: boolean,
  now: number,
): Trace {
  const claimedAt = folder.claimedAt(attempt);
  if (claimedAt === undefined) return { kind: spawnedHere ? 'spawned' : 'absent' };
  const claim = folder.claim(attempt);
  if (claim === undefined) {
    return now - claimedAt < CLAIM_WRITE_MS ? { kind: 'spawned' } : { kind: 'exited', status: undefined };
  }
  if (claim.pid > 0 && isAlive(claim)) {
    return { kind: 'alive', owner: claim, status: folder.state(attempt) };
  }
  // Read after the process is known to be gone: this is its last word.
  return { kind: 'exited', status: folder.state(attempt) };
}

/**
 * Ends a proven process with everything it started: instances lead a process group of their own. One that
 * was started by hand may lead none; then only the process itself is ended.
 */
export function killTree(owner: ProcessIdentity): void {
  if (!isAlive(owner)) return;
  try {
    process.kill(-owner.pid, 'SIGKILL');
  } catch {
    signalProcess(owner, 'SIGKILL');
  }
}
