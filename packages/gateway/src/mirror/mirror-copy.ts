import type { Socket } from 'node:net';
import type {
  Deadlined,
  DeadlineSet,
  ResponseHead,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
  UpstreamSink,
} from '@openeas/http1';
import type { Instance } from '../balance/instance.js';
import { refusedUnstarted } from '../forward/unstarted.js';
import type { MirrorCounts } from '../metrics.js';

/** One copy on its way. It is tried once, and what is answered is read and thrown away. */
export class MirrorCopy implements UpstreamSink, Deadlined {
  deadlineAt = 0;
  slot = -1;
  readonly #instance: Instance;
  readonly #counts: MirrorCounts;
  readonly #deadlines: DeadlineSet;
  readonly #onOver: () => void;
  #call: UpstreamCall | undefined;
  #refused = false;
  #over = false;

  constructor(instance: Instance, counts: MirrorCounts, deadlines: DeadlineSet, onOver: () => void) {
    this.#instance = instance;
    this.#counts = counts;
    this.#deadlines = deadlines;
    this.#onOver = onOver;
  }

  /** `deadlineAt` = monotonic milliseconds. */
  send(request: UpstreamRequest, deadlineAt: number): void {
    this.deadlineAt = deadlineAt;
    this.#deadlines.add(this);
    this.#counts.open++;
    this.#instance.outstanding++;
    this.#call = this.#instance.upstream.send(request, this);
  }

  onResponse(head: ResponseHead, whole: Buffer | undefined): void {
    this.#refused = refusedUnstarted(head);
    if (whole !== undefined) this.onEnd();
  }

  onData(): void {}

  onEnd(): void {
    this.#finish(this.#refused ? 'refused' : 'answered');
  }

  onUpgrade(_: ResponseHead, socket: Socket): void {
    socket.destroy();
    this.#finish('answered');
  }

  onFailure(_: UpstreamFailure): void {
    this.#finish('failed');
  }

  onDeadline(): void {
    this.#call?.abort();
    this.#finish('failed');
  }

  #finish(outcome: 'answered' | 'refused' | 'failed'): void {
    if (this.#over) return;
    this.#over = true;
    this.deadlineAt = 0;
    this.#deadlines.remove(this);
    this.#counts.open--;
    this.#counts[outcome].inc();
    this.#instance.outstanding--;
    this.#onOver();
  }
}
