import { OpenEasError } from '@openeas/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { equalSecrets } from '../auth/constant-time.js';
import type { RoutePublisher } from './route-publisher.js';
import type { RouteStreams } from './route-stream.js';

/**
 * For gateways, which prove themselves with the installation's internal key:
 * `GET /internal/v1/routes` streams the routes; `PUT /internal/v1/routes/{subscriber}/applied` with
 * `{"revision": n}` says by which revision the subscriber routes now.
 */
export function registerRouteStream(
  app: FastifyInstance,
  publisher: RoutePublisher,
  streams: RouteStreams,
  internalKey: string,
): void {
  const requireKey = (request: FastifyRequest): void => {
    const given = request.headers.authorization ?? '';
    if (!equalSecrets(given, `Bearer ${internalKey}`)) throw new OpenEasError('InternalKeyRequired');
  };
  app.get('/internal/v1/routes', async (request, reply) => {
    requireKey(request);
    reply.hijack();
    await streams.serve(reply.raw, { 'x-acs-request-id': request.id });
  });
  app.put<{ Params: { subscriber: string }; Body: Buffer }>(
    '/internal/v1/routes/:subscriber/applied',
    async (request) => {
      requireKey(request);
      return { known: publisher.noteApplied(request.params.subscriber, revisionIn(request.body)) };
    },
  );
}

function revisionIn(body: Buffer): number {
  const field = 'revision';
  const expected = 'a whole number of at least 0';
  let value: unknown;
  try {
    value = (JSON.parse(body.toString()) as { revision?: unknown }).revision;
  } catch (error) {
    throw new OpenEasError('InvalidJson', { reason: (error as Error).message });
  }
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new OpenEasError('InvalidParameter', { field, value: JSON.stringify(value), expected });
}
