import { type InstanceView, OpenEasError } from '@openeas/contracts';
import { backoffDelay, sleep } from '@openeas/kernel';
import { type EasClient, listServiceInstances } from '@openeas/sdk';
import type { Session } from './session.js';

const POLL = { initialMs: 200, maxMs: 2_000, factor: 1.5 };

/** Polls the instances of a service until `done` is satisfied. Throws WaitTimedOut with the last `state`. */
export async function waitForInstances(
  session: Session,
  client: EasClient,
  name: string,
  timeout: number,
  done: (instances: readonly InstanceView[]) => boolean,
): Promise<void> {
  const { clock } = session.io;
  const started = clock.monotonic();
  for (let poll = 1; ; poll++) {
    const { items } = await listServiceInstances(client, name, session.signal);
    if (done(items)) return;
    if (clock.monotonic() - started > timeout * 1_000) {
      throw new OpenEasError('WaitTimedOut', {
        name,
        state: 'on its way',
        seconds: timeout,
        message: `${items.map((each) => `${each.InstanceName} is ${each.Status}`).join(', ')}.`,
      });
    }
    await sleep(clock, backoffDelay(poll, POLL), session.signal);
  }
}
