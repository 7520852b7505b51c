import type { Outcome } from '../pool/protocol.js';

/** Where a request stands between the serving thread and its answer. */
export type JobState =
  | 'waiting' // in the queue
  | 'placed' // in a worker's hands, started or not
  | 'over'; // answered, or given up by its caller

/** What the pool says of a job that cannot go on. */
export type JobEnd = Outcome | { readonly kind: 'returned'; readonly id: number; readonly reason: string };

export interface JobRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly answerEncoding: string;
  readonly body: Uint8Array;
}

/** One request that was admitted. Times are milliseconds since the epoch, fractional. */
export class Job {
  readonly id: number;
  readonly request: JobRequest;
  readonly bytes: number;
  readonly arrivedAt: number;
  readonly deadline: number;
  /** Called once, unless the job was cancelled before. */
  readonly onEnd: (end: JobEnd, job: Job) => void;
  state: JobState = 'waiting';
  /** When a slot was found for it; 0 until then. */
  placedAt = 0;
  /** When it entered the queue, or a slot directly. */
  queuedAt = 0;
  /** When it was first held back for a batch although a worker was idle; 0 = never. */
  heldSince = 0;

  constructor(options: {
    id: number;
    request: JobRequest;
    arrivedAt: number;
    deadline: number;
    onEnd: (end: JobEnd, job: Job) => void;
  }) {
    this.id = options.id;
    this.request = options.request;
    this.bytes = options.request.body.byteLength;
    this.arrivedAt = options.arrivedAt;
    this.deadline = options.deadline;
    this.onEnd = options.onEnd;
  }

  /** False once the body was handed to a worker: then nobody else can process this job. */
  get hasBody(): boolean {
    return this.request.body.byteLength === this.bytes;
  }

  end(end: JobEnd): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.onEnd(end, this);
  }
}
