import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall } from '../api/action.js';

/** Changes of traffic that get a receipt, in the words of eascmd. */
export type ReceiptChange = 'modify' | 'scale' | 'version' | 'restart' | 'release';

/**
 * Puts the receipt of a change on record, in the change's own transaction. `generation` fulfils the change; 0 =
 * it holds with the routes. The id returned leaves as a header of the answer; by it the event is found.
 */
export async function openReceipt(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  change: ReceiptChange,
  generation = service.generation + 1,
): Promise<{ ReceiptId: string }> {
  await tx.receipts.put({
    id: call.requestId,
    serviceUid: service.uid,
    change,
    generation,
    openedAt: call.now,
  });
  return { ReceiptId: call.requestId };
}
