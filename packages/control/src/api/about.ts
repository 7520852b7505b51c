import type { FastifyInstance } from 'fastify';
import type { ControlContext } from '../control-context.js';

/** `GET /healthz`; `GET /` for people is with the objects, because OSS clients ask there for their buckets. */
export function registerAbout(app: FastifyInstance, context: ControlContext): void {
  app.get('/healthz', async () => ({ Status: 'ok', Version: context.version }));
}

/** What this installation is and where to go on. */
export function about(context: ControlContext): object {
  return {
    Name: 'OpenEAS',
    Version: context.version,
    Region: context.region,
    ApiVersion: '2021-07-01',
    Documentation: {
      ControlApi: 'docs/reference/control-api.md',
      Eascmd: 'docs/reference/eascmd.md',
      Architecture: 'docs/architecture/00-overview.md',
    },
  };
}
