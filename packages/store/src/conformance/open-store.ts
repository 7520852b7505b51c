import type { Clock } from '@openeas/kernel';
import { ManualClock } from '@openeas/kernel';
import { onTestFinished } from 'vitest';
import type { Store } from '../port.js';
import type { Retention } from '../sql/context.js';

/** Opens a store on a database that nobody has used. */
export type OpenStore = (options: { clock: Clock; retention?: Partial<Retention> }) => Promise<Store>;

export interface StoreHarness {
  /** An empty store of the running test, closed when it ends. */
  open(retention?: Partial<Retention>): Promise<{ store: Store; clock: ManualClock }>;
}

export function withStore(open: OpenStore): StoreHarness {
  return {
    async open(retention) {
      const clock = new ManualClock(1_700_000_000_000);
      const store = await open(retention === undefined ? { clock } : { clock, retention });
      onTestFinished(() => store.close());
      return { store, clock };
    },
  };
}
