import { TRAFFIC_FIELDS, type TrafficCounterReport } from '@openeas/contracts';

const ACCEPTED = TRAFFIC_FIELDS.indexOf('accepted');
/** `ANSWERED + 2` is `answered2xx`. */
const ANSWERED = TRAFFIC_FIELDS.indexOf('answered2xx') - 2;
const FAILED = TRAFFIC_FIELDS.indexOf('failed');
const REDISPATCHED = TRAFFIC_FIELDS.indexOf('redispatched');
const ABANDONED = TRAFFIC_FIELDS.indexOf('abandoned');

/** Requests of one version of a service in this process. Held by the instances, so that counting looks nothing up. */
export class TrafficCounter {
  readonly id: number;
  readonly serviceUid: string;
  readonly version: number;
  readonly #counts = new Float64Array(TRAFFIC_FIELDS.length);
  /** What does not concern the start of control that is followed now. */
  readonly #before = new Float64Array(TRAFFIC_FIELDS.length);
  #changes = 0;
  #told = 0;

  constructor(id: number, serviceUid: string, version: number) {
    this.id = id;
    this.serviceUid = serviceUid;
    this.version = version;
  }

  accepted(): void {
    this.#add(ACCEPTED);
  }

  redispatched(): void {
    this.#add(REDISPATCHED);
  }

  /** `byGateway`: the answer, or none, is the gateway's own. 499 = the caller left. */
  finished(status: number, byGateway: boolean): void {
    if (status === 499) this.#add(ABANDONED);
    else if (byGateway && status >= 500) this.#add(FAILED);
    else this.#add(ANSWERED + Math.min(5, Math.max(2, Math.floor(status / 100))));
  }

  /** Requests under way. */
  get open(): number {
    let sum = this.#counts[ACCEPTED]!;
    for (let field = ACCEPTED + 1; field < this.#counts.length; field++) sum -= this.#counts[field]!;
    return sum;
  }

  /** Something has happened that control has not heard. */
  get hasNews(): boolean {
    return this.#changes !== this.#told;
  }

  /** The state to tell, and what to call once it has arrived. */
  report(last: boolean): { report: TrafficCounterReport; arrived(): void } {
    const changes = this.#changes;
    const counts = Array.from(this.#counts, (count, field) => count - this.#before[field]!);
    const { id, serviceUid, version } = this;
    return {
      report: { counter: id, serviceUid, version, counts, last },
      arrived: () => {
        this.#told = changes;
      },
    };
  }

  /** Counts for another start of control from here on; what is under way counts there. */
  startAgain(): void {
    const open = this.open;
    this.#before.set(this.#counts);
    this.#before[ACCEPTED]! -= open;
    this.#told = open > 0 ? -1 : this.#changes;
  }

  #add(field: number): void {
    this.#counts[field]!++;
    this.#changes++;
  }
}
