import { readFileSync } from 'node:fs';
import { type Clock, writeFileAtomic } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import type { RoutingState } from './apply-update.js';
import { applyUpdate } from './apply-update.js';
import { parseUpdate } from './parse-update.js';

/** Changes within this many milliseconds are written once. */
const DEBOUNCE_MS = 200;

/** The last routing state on disk, so that a gateway can start and serve while control is dead. */
export interface SnapshotFile {
  /** Undefined when there is none or it cannot be used; the reason goes to the log. */
  load(): RoutingState | undefined;
  /** Writes soon. */
  save(state: RoutingState): void;
  /** Writes now what is still to be written. */
  flush(): void;
}

export function snapshotFile(path: string, clock: Clock, log: Logger): SnapshotFile {
  let waiting: RoutingState | undefined;
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel?.();
    cancel = undefined;
    if (waiting === undefined) return;
    const { epoch, revision, routes } = waiting;
    waiting = undefined;
    try {
      // Holds tokens and instance keys: readable by the owner only.
      writeFileAtomic(
        path,
        JSON.stringify({ kind: 'full', epoch, revision, routes: [...routes.values()] }),
        0o600,
      );
    } catch (err) {
      log.warn(
        { err, path },
        'the routing table could not be kept on disk; a restart without control would start empty',
      );
    }
  }

  return {
    load() {
      try {
        return applyUpdate(undefined, parseUpdate(readFileSync(path, 'utf8')));
      } catch (err) {
        if ((err as NodeJS.ErrnoException).code !== 'ENOENT') {
          log.warn({ err, path }, 'the kept routing table cannot be read; waiting for control');
        }
        return undefined;
      }
    },
    save(state) {
      waiting = state;
      cancel ??= clock.after(DEBOUNCE_MS, flush);
    },
    flush,
  };
}
