import { TRAFFIC_FIELDS, type TrafficCounts, type TrafficReceipt, trafficOpenEnds } from '@openeas/contracts';
import type { VersionTraffic } from './traffic-ledger.js';

export interface CountedService {
  readonly name: string;
  readonly traffic: VersionTraffic;
}

/** The receipt of a change, and the sentence that says the same to people. */
export function trafficReceipt(
  facts: Pick<TrafficReceipt, 'id' | 'change' | 'from' | 'to' | 'incomplete'>,
  services: readonly CountedService[],
): { receipt: TrafficReceipt; sentence: string } {
  const versions = services.flatMap(({ name, traffic }) =>
    [...traffic]
      .sort(([a], [b]) => a - b)
      .map(([version, counts]) => ({ service: name, version, ...named(counts) })),
  );
  const total = named(TRAFFIC_FIELDS.map((field) => versions.reduce((sum, each) => sum + each[field], 0)));
  const receipt = { ...facts, versions, total };
  return { receipt, sentence: sentenceOf(receipt) };
}

function named(counts: readonly number[]): TrafficCounts {
  return Object.fromEntries(
    TRAFFIC_FIELDS.map((field, index) => [field, counts[index] ?? 0]),
  ) as unknown as TrafficCounts;
}

function sentenceOf({ change, total, incomplete }: TrafficReceipt): string {
  // One that was given on counts at each instance it was given to.
  const requests = total.accepted - total.redispatched;
  const answers = [
    `${total.answered2xx} answered 2xx`,
    ...(total.answered3xx > 0 ? [`${total.answered3xx} 3xx`] : []),
    ...(total.answered4xx > 0 ? [`${total.answered4xx} 4xx`] : []),
    ...(total.answered5xx > 0 ? [`${total.answered5xx} 5xx`] : []),
    `${total.failed} failed`,
    `${total.redispatched} re-dispatched`,
  ];
  const tail = incomplete === '' ? '' : `; incomplete: ${incomplete}`;
  return `Traffic during ${change}: ${requests} request${requests === 1 ? '' : 's'}, ${answers.join(', ')}${trafficOpenEnds(total)}${tail}`;
}
