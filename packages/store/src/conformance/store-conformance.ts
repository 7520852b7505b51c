import { describe } from 'vitest';
import { blueGreenConformance } from './blue-green.js';
import { historyConformance } from './history.js';
import { type OpenStore, type StoreHarness, withStore } from './open-store.js';
import { serviceGroupsConformance } from './service-groups.js';
import { servicesConformance } from './services.js';
import { transactionConformance } from './transactions.js';
import { versionsAndInstancesConformance } from './versions-and-instances.js';

export type { OpenStore, StoreHarness };

/** What every driver of the storage port must do; a driver's own test calls it with a way to open an empty store. */
export function storeConformance(driver: string, open: OpenStore): void {
  describe(`storage port, ${driver}`, () => {
    const harness = withStore(open);
    transactionConformance(harness);
    servicesConformance(harness);
    versionsAndInstancesConformance(harness);
    historyConformance(harness);
    blueGreenConformance(harness);
    serviceGroupsConformance(harness);
  });
}
