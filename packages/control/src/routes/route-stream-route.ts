import { OpenEasError } from '@openeas/contracts';
import type { FastifyInstance } from 'fastify';
import { equalSecrets } from '../auth/constant-time.js';
import type { RouteStreams } from './route-stream.js';

/** `GET /internal/v1/routes`: for gateways, which prove themselves with the installation's internal key. */
export function registerRouteStream(app: FastifyInstance, streams: RouteStreams, internalKey: string): void {
  app.get('/internal/v1/routes', async (request, reply) => {
    const given = request.headers.authorization ?? '';
    if (!equalSecrets(given, `Bearer ${internalKey}`)) throw new OpenEasError('InternalKeyRequired');
    reply.hijack();
    await streams.serve(reply.raw, { 'x-acs-request-id': request.id });
  });
}
