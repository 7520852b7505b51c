import type { ReceiptReader, ReceiptWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';

export function receiptReader({ db }: ReadContext): ReceiptReader {
  return {
    of: (serviceUid) =>
      db.selectFrom('receipts').selectAll().where('serviceUid', '=', serviceUid).executeTakeFirst(),
    list: () => db.selectFrom('receipts').selectAll().orderBy('openedAt').orderBy('id').execute(),
  };
}

export function receiptWriter(context: WriteContext): ReceiptWriter {
  const { db } = context;
  return {
    async put(record) {
      await db.deleteFrom('receipts').where('serviceUid', '=', record.serviceUid).execute();
      await db.insertInto('receipts').values(record).execute();
      context.touch(record.serviceUid);
    },
    async remove(id) {
      await db.deleteFrom('receipts').where('id', '=', id).execute();
    },
  };
}
