import { Readable } from 'node:stream';
import type { OpenEasError } from '@openeas/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { about } from '../api/about.js';
import { wireRequest } from '../auth/wire-request.js';
import type { ControlContext } from '../control-context.js';
import { answerObjectRequest, bucketName } from './object-requests.js';
import { ossError } from './oss-xml.js';

/** The object store, in a scope of its own: bodies stay streams here. */
export function registerObjects(app: FastifyInstance, context: ControlContext): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload));
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const body = request.body instanceof Readable ? request.body : Readable.from([]);
      const answer = await answerObjectRequest(wireRequest(request.raw), body, context);
      void reply.code(answer.status).headers({ ...answer.headers, 'x-oss-request-id': request.id });
      return reply.send(answer.status === 204 ? null : answer.body);
    };
    const bucket = `/${bucketName(context.region)}`;
    const bodyLimit = Number.MAX_SAFE_INTEGER;
    for (const url of [bucket, `${bucket}/*`]) {
      scope.route({ method: ['PUT', 'GET', 'HEAD', 'DELETE', 'POST'], url, bodyLimit, handler });
    }
    scope.get('/', async (request, reply) =>
      request.headers.authorization === undefined ? about(context) : handler(request, reply),
    );
  });
}

/** Meant for the object store, so it is answered as OSS would: by the address or by the signature. */
export function isObjectRequest(request: FastifyRequest): boolean {
  return request.url.startsWith('/eas-model-') || (request.headers.authorization ?? '').startsWith('OSS ');
}

export function sendObjectError(
  reply: FastifyReply,
  error: OpenEasError,
  request: FastifyRequest,
): FastifyReply {
  const answer = ossError(error, request.id, request.host);
  // What is left of an upload that was refused is not worth reading.
  if (request.method === 'PUT') void reply.header('connection', 'close');
  void reply
    .code(answer.status)
    .headers({ 'content-type': 'application/xml', 'x-oss-request-id': request.id });
  return reply.send(request.method === 'HEAD' ? null : answer.body);
}
