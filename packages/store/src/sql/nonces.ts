import type { NonceWriter } from '../port.js';
import type { WriteContext } from './context.js';

export function nonceWriter({ db }: WriteContext): NonceWriter {
  return {
    async remember(nonce, expiresAt, now) {
      await db.deleteFrom('nonces').where('expiresAt', '<=', now).execute();
      const result = await db
        .insertInto('nonces')
        .values({ nonce, expiresAt })
        .onConflict((conflict) => conflict.column('nonce').doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
  };
}
