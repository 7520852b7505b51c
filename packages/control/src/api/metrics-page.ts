import { EXPOSITION_CONTENT_TYPE, type Registry } from '@openeas/telemetry';
import type { FastifyInstance } from 'fastify';

/** `GET /metrics` on control's own port, which listens on loopback; the gateway answers that path itself. */
export function registerMetrics(app: FastifyInstance, registry: Registry): void {
  app.get('/metrics', async (_, reply) => {
    void reply.header('content-type', EXPOSITION_CONTENT_TYPE);
    return registry.render();
  });
}
