import { OpenEasError, TRAFFIC_FIELDS, type TrafficReport } from '@openeas/contracts';
import type { FastifyInstance } from 'fastify';
import { equalSecrets } from '../auth/constant-time.js';
import type { TrafficLedger } from './traffic-ledger.js';

/** `POST /internal/v1/traffic`: what a gateway has counted. Answers 409 when it counts for another start of control. */
export function registerTraffic(app: FastifyInstance, ledger: TrafficLedger, internalKey: string): void {
  app.post<{ Body: Buffer }>('/internal/v1/traffic', async (request, reply) => {
    const given = request.headers.authorization ?? '';
    if (!equalSecrets(given, `Bearer ${internalKey}`)) throw new OpenEasError('InternalKeyRequired');
    const known = ledger.note(readReport(request.body));
    return reply.code(known ? 200 : 409).send({ known });
  });
}

function readReport(body: Buffer): TrafficReport {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    throw new OpenEasError('InvalidJson', { reason: (error as Error).message }, { cause: error });
  }
  if (isReport(value)) return value;
  throw new OpenEasError('InvalidJson', { reason: 'expected a report of traffic counters' });
}

function isReport(value: unknown): value is TrafficReport {
  const { gateway, epoch, counters } = (value ?? {}) as Partial<TrafficReport>;
  return (
    typeof gateway === 'string' &&
    typeof epoch === 'string' &&
    Array.isArray(counters) &&
    counters.every(isCounter)
  );
}

function isCounter(value: unknown): boolean {
  const { counter, serviceUid, version, counts, last } = (value ?? {}) as Partial<
    TrafficReport['counters'][number]
  >;
  return (
    isCount(counter) &&
    typeof serviceUid === 'string' &&
    isCount(version) &&
    Array.isArray(counts) &&
    counts.length === TRAFFIC_FIELDS.length &&
    counts.every(isCount) &&
    typeof last === 'boolean'
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
