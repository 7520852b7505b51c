import { type TrafficReceipt, trafficOpenEnds } from '@openeas/contracts';
import { sleep } from '@openeas/kernel';
import { type EasClient, findReceipt, type MessageAnswer } from '@openeas/sdk';
import type { Session } from '../session.js';
import { gridTable } from '../text/table.js';

/** A receipt closes within a second of the change, or when the last old instance has drained. */
const PATIENCE_MS = 8_000;
const POLL_MS = 150;

const HEADER = ['SERVICE', 'VERSION', 'ACCEPTED', '2XX', '3XX', '4XX', '5XX', 'FAILED', 'RE-DISPATCHED'];

/**
 * Shows what happened to requests during a change: one line, and a table when they went to several versions.
 * Nothing for a server that counts none. A failure to read it does not make the change look failed.
 */
export async function showReceipt(
  session: Session,
  client: EasClient,
  name: string,
  answer: MessageAnswer,
): Promise<{ Receipt?: TrafficReceipt }> {
  const { ReceiptId } = answer;
  if (ReceiptId === undefined) return {};
  const { clock } = session.io;
  const deadline = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const receipt = await findReceipt(client, name, ReceiptId, session.signal).catch(() => undefined);
    session.signal.throwIfAborted();
    if (receipt !== undefined) {
      show(session, receipt);
      return { Receipt: receipt };
    }
    if (clock.monotonic() >= deadline) {
      session.screen.progress(
        `[OK] Requests are still being counted; eascmd events ${name} shows the receipt when old instances are gone`,
      );
      return {};
    }
    await sleep(clock, POLL_MS, session.signal);
  }
}

function show({ screen }: Session, receipt: TrafficReceipt): void {
  const { total, versions, incomplete } = receipt;
  const requests = total.accepted - total.redispatched;
  if (requests === 0 && incomplete === '') {
    screen.progress('[OK] Traffic meanwhile: no requests');
    return;
  }
  const answered = total.answered2xx + total.answered3xx + total.answered4xx + total.answered5xx;
  screen.progress(
    `[${total.failed > 0 ? 'WARNING' : 'OK'}] Traffic meanwhile: ${requests} requests, ${answered} answered, ${total.failed} failed, ${total.redispatched} re-dispatched${trafficOpenEnds(total)}`,
  );
  if (incomplete !== '') screen.progress(`[WARNING] These numbers are incomplete: ${incomplete}`);
  if (versions.length < 2 && answered === total.answered2xx) return;
  screen.show(
    gridTable(
      HEADER,
      versions.map((each) => [
        each.service,
        each.version === 0 ? 'gateway' : each.version,
        each.accepted,
        each.answered2xx,
        each.answered3xx,
        each.answered4xx,
        each.answered5xx,
        each.failed,
        each.redispatched,
      ]),
    ),
  );
}
