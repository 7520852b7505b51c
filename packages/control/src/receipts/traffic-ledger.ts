import { TRAFFIC_FIELDS, type TrafficReport } from '@openeas/contracts';

/** Counts in the order of TRAFFIC_FIELDS, by version. */
export type VersionTraffic = ReadonlyMap<number, readonly number[]>;

/** Gateway processes remembered; the one not heard longest goes when there are more. */
const MAX_GATEWAYS = 256;
/** Services remembered: a late report of a deleted one must not stay for ever. */
const MAX_SERVICES = 20_000;

/**
 * What all gateways have counted since this start of control, by service and version. Reports carry sums, so
 * that a repeated one changes nothing and several workers add up.
 */
export class TrafficLedger {
  readonly #epoch: string;
  readonly #totals = new Map<string, Map<number, number[]>>();
  /** Last sums of each counter, by gateway process; in order of the last report. */
  readonly #heard = new Map<string, Map<number, readonly number[]>>();

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  /** False = it counts for another start of control. */
  note(report: TrafficReport): boolean {
    if (report.epoch !== this.#epoch) return false;
    const heard = this.#heard.get(report.gateway) ?? new Map<number, readonly number[]>();
    this.#heard.delete(report.gateway);
    this.#heard.set(report.gateway, heard);
    for (const { counter, serviceUid, version, counts, last } of report.counters) {
      const before = heard.get(counter);
      const total = this.#total(serviceUid, version);
      for (const [field, count] of counts.entries()) {
        // A late repeat of an earlier report must take nothing back.
        total[field] = (total[field] ?? 0) + Math.max(0, count - (before?.[field] ?? 0));
      }
      if (last) heard.delete(counter);
      else
        heard.set(counter, before === undefined ? counts : counts.map((n, i) => Math.max(n, before[i] ?? 0)));
    }
    if (this.#heard.size > MAX_GATEWAYS) this.#heard.delete(this.#heard.keys().next().value as string);
    return true;
  }

  /** A copy: what is counted later does not change it. */
  traffic(serviceUid: string): VersionTraffic {
    const versions = this.#totals.get(serviceUid) ?? new Map<number, number[]>();
    return new Map([...versions].map(([version, counts]) => [version, [...counts]]));
  }

  forget(serviceUid: string): void {
    this.#totals.delete(serviceUid);
  }

  #total(serviceUid: string, version: number): number[] {
    const versions = this.#totals.get(serviceUid) ?? new Map<number, number[]>();
    this.#totals.set(serviceUid, versions);
    const total = versions.get(version) ?? TRAFFIC_FIELDS.map(() => 0);
    versions.set(version, total);
    if (this.#totals.size > MAX_SERVICES) this.#totals.delete(this.#totals.keys().next().value as string);
    return total;
  }
}

/** What has come since `mark`; versions without a request are left out. */
export function trafficSince(now: VersionTraffic, mark: VersionTraffic): VersionTraffic {
  const since = new Map<number, readonly number[]>();
  for (const [version, counts] of now) {
    const before = mark.get(version);
    const difference = counts.map((count, field) => count - (before?.[field] ?? 0));
    if (difference.some((count) => count > 0)) since.set(version, difference);
  }
  return since;
}
