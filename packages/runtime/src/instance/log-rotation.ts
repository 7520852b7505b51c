import { constants, copyFileSync, fstatSync, ftruncateSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Clock } from '@openeas/kernel';

export interface LogRotationOptions {
  /** The log's path; `.1` … `.keep` are appended for the older ones. */
  readonly path: string;
  /** Descriptor the log is written to, opened with O_APPEND; 1 = standard output. */
  readonly descriptor: number;
  readonly maxBytes: number;
  /** Older files kept. */
  readonly keep: number;
  readonly clock: Clock;
  readonly everyMs: number;
}

/**
 * Keeps the instance's own log bounded. The descriptor stays open, also in whoever else holds it, so the
 * content is copied away and the file cut to nothing; a line written in between is lost at worst.
 * @returns a function that ends the watching
 */
export function watchLogSize(options: LogRotationOptions): () => void {
  let cancel = (): void => {};
  const next = (): void => {
    cancel = options.clock.after(options.everyMs, () => {
      rotateIfLarge(options);
      next();
    });
  };
  next();
  return () => cancel();
}

/** One check. Returns whether the log was rotated; a descriptor that is another file, or none, is left alone. */
export function rotateIfLarge(options: Omit<LogRotationOptions, 'clock' | 'everyMs'>): boolean {
  const { path, descriptor, maxBytes, keep } = options;
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size <= maxBytes || stat.ino !== statSync(path).ino) return false;
    rmSync(`${path}.${keep}`, { force: true });
    for (let n = keep - 1; n >= 1; n--) {
      try {
        renameSync(`${path}.${n}`, `${path}.${n + 1}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    if (keep >= 1) copyFileSync(path, `${path}.1`, constants.COPYFILE_FICLONE);
    ftruncateSync(descriptor, 0);
    return true;
  } catch {
    return false; // The folder is gone or full: a log must never end the service.
  }
}
