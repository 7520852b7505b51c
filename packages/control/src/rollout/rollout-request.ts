import { type JsonObject, type JsonValue, OpenEasError } from '@openeas/contracts';
import type { RolloutRecord } from '@openeas/store';
import { type BodyParameters, invalid } from '../api/parameters.js';
import { parseInterval } from './interval.js';

/** What a request says of a rollout; absent = it does not speak of it. */
export type RolloutRequest = Partial<
  Pick<RolloutRecord, 'partition' | 'batchSize' | 'intervalMs' | 'paused'>
>;

/** Contract 7.8: Partition or Batch, and Paused. Fails with InvalidParameter. */
export function readRolloutRequest(body: BodyParameters): RolloutRequest {
  const partition = body.value('Partition');
  const batch = body.value('Batch');
  if (partition !== undefined && batch !== undefined) {
    throw invalid('Batch', batch, 'nothing beside Partition: a rollout has the one or the other');
  }
  const paused = body.flag('Paused');
  return {
    ...(partition !== undefined && readPartition(partition)),
    ...(batch !== undefined && readBatch(batch)),
    ...(paused !== undefined && { paused }),
  };
}

function readPartition(value: JsonValue): RolloutRequest {
  const { Partition, ...rest } = fields('Partition', value, '{"Partition": number of instances to keep}');
  refuseRest('Partition', rest);
  const partition = wholeNumber('Partition.Partition', Partition, 0);
  return { partition, batchSize: 0, intervalMs: 0 };
}

function readBatch(value: JsonValue): RolloutRequest {
  const { BatchSize, Interval, ...rest } = fields('Batch', value, '{"BatchSize": "2", "Interval": "5m"}');
  refuseRest('Batch', rest);
  const intervalMs =
    Interval === undefined || Interval === '' ? 0 : parseInterval('Batch.Interval', Interval);
  return { partition: 0, batchSize: wholeNumber('Batch.BatchSize', BatchSize, 1), intervalMs };
}

function fields(name: string, value: JsonValue, expected: string): Record<string, JsonValue | undefined> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { ...(value as JsonObject) };
  throw invalid(name, value, expected);
}

function refuseRest(name: string, rest: Record<string, JsonValue | undefined>): void {
  const [first] = Object.keys(rest);
  if (first !== undefined) {
    const known = name === 'Batch' ? 'BatchSize and Interval' : 'Partition';
    const field = `${name}.${first}`.slice(0, 100);
    throw new OpenEasError('InvalidParameter', { field, value: 'this key', expected: `only ${known}` });
  }
}

/** The models declare numbers here as text; a number is taken too. */
function wholeNumber(name: string, value: JsonValue | undefined, min: number): number {
  const number = typeof value === 'string' && /^\d{1,4}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= 1000)
    return number;
  throw invalid(name, value ?? null, `a whole number from ${min} to 1000`);
}
