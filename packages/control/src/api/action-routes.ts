import { type ActionName, type ActionSpec, API_ACTIONS, RECEIPT_HEADER } from '@openeas/contracts';
import type { FastifyInstance } from 'fastify';
import type { NonceMemory } from '../auth/nonce-memory.js';
import { wireRequest } from '../auth/wire-request.js';
import type { ControlContext } from '../control-context.js';
import type { Answer } from './action.js';
import { dispatch } from './dispatch.js';

/** One route for each action of the contract, offered or not. */
export function registerActions(app: FastifyInstance, context: ControlContext, nonces: NonceMemory): void {
  for (const [name, spec] of Object.entries(API_ACTIONS) as [ActionName, ActionSpec][]) {
    app.route({
      method: spec.method,
      url: spec.path.replace(/\{(\w+)\}/g, ':$1'),
      async handler(request, reply) {
        const { ReceiptId, ...answer }: Answer & { ReceiptId?: string } = await dispatch(
          {
            action: name,
            requestId: request.id,
            request: wireRequest(request.raw),
            path: request.params as Record<string, string>,
            body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
            sourceAddress: request.ip,
          },
          context,
          nonces,
        );
        // The bodies are the contract's; what is ours beside them goes into the head.
        if (ReceiptId !== undefined) void reply.header(RECEIPT_HEADER, ReceiptId);
        return { RequestId: request.id, ...answer };
      },
    });
  }
}
