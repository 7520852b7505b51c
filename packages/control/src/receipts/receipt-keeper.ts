import { groupUid, takesRequests } from '@openeas/domain';
import type { Clock } from '@openeas/kernel';
import type { ReceiptRecord, Store } from '@openeas/store';
import type { Logger } from '@openeas/telemetry';
import { rfc3339 } from '../api/times.js';
import { membersOf } from '../blue-green/blue-green-group.js';
import { servicesOfGroup } from '../service-groups/group-membership.js';
import { type TrafficLedger, trafficSince, type VersionTraffic } from './traffic-ledger.js';
import { trafficReceipt } from './traffic-receipt.js';

/** Gateways tell twice a second: after this everything that belongs to a change has been told. */
const SETTLE_MS = 800;
/** A release holds at once; its receipt shows what the split did to requests for so long. */
const RELEASE_WINDOW_MS = 1_000;
const RETRY_MS = 1_000;

export interface ReceiptKeeperOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ledger: TrafficLedger;
}

interface OpenReceipt {
  readonly record: ReceiptRecord;
  /** Counts when it was opened, by service. */
  readonly marks: ReadonlyMap<string, VersionTraffic>;
  readonly incomplete: string;
  cancelTimer: () => void;
  /** Fulfilled; by then the last counts have been told. 0 = not yet fulfilled. */
  settledAt: number;
}

/**
 * Opens a receipt for each change that is on record, and closes it with an event once the change is fulfilled
 * and the old instances are gone. The record outlives control, the counts do not: a receipt that was open when
 * control ended says so instead of giving a wrong number.
 */
export class ReceiptKeeper {
  readonly #options: ReceiptKeeperOptions;
  readonly #open = new Map<string, OpenReceipt>();
  readonly #marked = new Set<string>();
  /** Counts at the commit that marked a service: what comes after its answer belongs to the change. */
  readonly #atCommit = new Map<string, VersionTraffic>();
  #working: Promise<void> | undefined;
  #unsubscribe = (): void => {};
  #closed = false;

  constructor(options: ReceiptKeeperOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { store, clock } = this.#options;
    const since = `control was started anew at ${rfc3339(clock.now())}`;
    for (const record of await store.read.receipts.list()) await this.#take(record, since);
    this.#unsubscribe = store.subscribe((uids) => {
      for (const uid of uids) {
        if (!this.#atCommit.has(uid)) this.#atCommit.set(uid, this.#options.ledger.traffic(uid));
      }
      this.#mark(uids);
    });
    this.#mark(new Set(this.#open.keys()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    for (const { cancelTimer } of this.#open.values()) cancelTimer();
    await this.#working;
  }

  #mark(uids: Iterable<string>): void {
    if (this.#closed) return;
    for (const uid of uids) this.#marked.add(uid);
    if (this.#marked.size > 0) this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    while (this.#marked.size > 0 && !this.#closed) {
      const [uid] = this.#marked as unknown as [string];
      this.#marked.delete(uid);
      try {
        await this.#look(uid);
      } catch (error) {
        this.#options.log.error({ err: error, serviceUid: uid }, 'a traffic receipt could not be kept');
        const open = this.#open.get(uid);
        if (open !== undefined) this.#wake(open, RETRY_MS);
      }
      this.#atCommit.delete(uid);
    }
    this.#working = undefined;
  }

  async #look(uid: string): Promise<void> {
    const { store, clock, ledger } = this.#options;
    const record = await store.read.receipts.of(uid);
    let open = this.#open.get(uid);
    if (open !== undefined && record?.id !== open.record.id) {
      await this.#finish(open, 'another change came before it was over');
      open = undefined;
    }
    if (record === undefined) {
      if ((await store.read.services.get(uid)) === undefined) ledger.forget(uid);
      return;
    }
    open ??= await this.#take(record, '');
    const now = clock.now();
    const dueAt = record.openedAt + RELEASE_WINDOW_MS;
    if (record.generation === 0 && now < dueAt) return this.#wake(open, dueAt - now);
    if (record.generation > 0 && !(await this.#isFulfilled(record))) {
      open.settledAt = 0;
      return;
    }
    if (open.settledAt === 0) open.settledAt = now + SETTLE_MS;
    if (now >= open.settledAt) return this.#finish(open, open.incomplete);
    this.#wake(open, open.settledAt - now);
  }

  /** The reconciler has fulfilled it, and no instance is on its way out any more. */
  async #isFulfilled(record: ReceiptRecord): Promise<boolean> {
    const { read } = this.#options.store;
    const service = await read.services.get(record.serviceUid);
    if (service === undefined || service.observedGeneration < record.generation) return false;
    const instances = await read.instances.listByService(service.uid);
    return instances.every(({ desired }) => desired === 'Running');
  }

  async #take(record: ReceiptRecord, incomplete: string): Promise<OpenReceipt> {
    const counted = await this.#countedFor(record);
    const marks = new Map(
      counted.map((uid) => [uid, this.#atCommit.get(uid) ?? this.#options.ledger.traffic(uid)]),
    );
    const open = { record, marks, incomplete, cancelTimer: () => {}, settledAt: 0 };
    this.#open.set(record.serviceUid, open);
    return open;
  }

  /** Whose requests it counts: a release moves the traffic of everybody behind the address. */
  async #countedFor(record: ReceiptRecord): Promise<readonly string[]> {
    const { services } = this.#options.store.read;
    const service = await services.get(record.serviceUid);
    if (service === undefined) return [];
    const { entry, serviceGroup, uid } = service;
    if (record.change !== 'release') return [uid];
    if (entry !== '') return (await membersOf(entry, services)).map((each) => each.uid);
    if (serviceGroup === '') return [uid];
    const members = await servicesOfGroup(serviceGroup, services);
    return [groupUid(serviceGroup), ...members.map((each) => each.uid)];
  }

  async #finish(open: OpenReceipt, incomplete: string): Promise<void> {
    const { store, clock, ledger } = this.#options;
    const { record, marks } = open;
    open.cancelTimer();
    const counted: { name: string; traffic: VersionTraffic }[] = [];
    for (const [uid, mark] of marks) {
      const name = (await store.read.services.get(uid))?.name ?? uid;
      counted.push({ name, traffic: trafficSince(ledger.traffic(uid), mark) });
    }
    const now = clock.now();
    const facts = { id: record.id, change: record.change, incomplete };
    const { receipt, sentence } = trafficReceipt(
      { ...facts, from: rfc3339(record.openedAt), to: rfc3339(now) },
      counted,
    );
    await store.transaction(async (tx) => {
      await tx.receipts.remove(record.id);
      const service = await tx.services.get(record.serviceUid);
      if (service === undefined) return;
      const instances = await tx.instances.listByService(service.uid);
      const available = instances.filter(takesRequests).length;
      await tx.events.append({
        serviceUid: service.uid,
        serviceName: service.name,
        instanceName: '',
        type: receipt.total.failed > 0 ? 'Warning' : 'Normal',
        reason: RECEIPT_REASON,
        message: JSON.stringify({ message: sentence, receipt }),
        versionId: service.currentVersion,
        availableInstance: available,
        unavailableInstance: Math.max(0, service.instanceCount - available),
        time: now,
      });
    });
    this.#open.delete(record.serviceUid);
  }

  #wake(open: OpenReceipt, afterMs: number): void {
    open.cancelTimer();
    open.cancelTimer = this.#options.clock.after(afterMs, () => this.#mark([open.record.serviceUid]));
  }
}

export const RECEIPT_REASON = 'TrafficReceipt';
