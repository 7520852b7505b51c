import type { ErrorCode, Fault, InstanceFailure } from '@openeas/contracts';

/** What a worker thread is born with. */
export interface WorkerInit {
  readonly processorCode: string;
  /** URLs of further modules that export `processors: ProcessorEntry[]`; they win over the built-in ones. */
  readonly processorModules: readonly string[];
  readonly modelEntry: string;
  readonly modelDir: string;
  readonly modelConfig: string;
  readonly warmUpFiles: readonly string[];
  readonly cells: SharedArrayBuffer;
  /** `rpc.decompressor` as a codec's name, null = bodies come as they are. */
  readonly decompressor: string | null;
  /** Also the largest a body may become when it is decompressed, bytes. */
  readonly maxBodyBytes: number;
  readonly batch: BatchLimits | null;
}

export interface BatchLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** One request on its way to a worker. */
export interface Task {
  readonly id: number;
  readonly cell: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly contentEncoding: string;
  /** Codec for the answer, '' = none. */
  readonly answerEncoding: string;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch, fractional; not started after it. */
  readonly deadline: number;
}

export type ToWorker =
  | { readonly kind: 'run'; readonly run: number; readonly tasks: readonly Task[] }
  | { readonly kind: 'cancel'; readonly task: number }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'phase'; readonly phase: 'Loading' | 'WarmingUp' }
  | { readonly kind: 'log'; readonly message: string }
  | { readonly kind: 'ready'; readonly info: InfoAnswer | null; readonly loadMs: number }
  | { readonly kind: 'failed'; readonly failure: InstanceFailure }
  | {
      readonly kind: 'done';
      readonly run: number;
      readonly outcomes: readonly Outcome[];
      /** The run has no more outcomes: its slot is free. */
      readonly last: boolean;
      /** Milliseconds this thread could do nothing else for these outcomes. */
      readonly blockedMs: number;
      /** Requests and rows the processor got at once; 0 when nothing was processed. */
      readonly batchRequests: number;
      readonly batchRows: number;
      /** Bytes of this thread's JavaScript heap, sampled; -1 = not sampled this time. */
      readonly heapBytes: number;
    };

export interface InfoAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** How a task ended in the worker. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly status: number;
      readonly contentType: string;
      /** `Content-Encoding` of the body, '' = none. */
      readonly encoding: string;
      /** Bytes before compression, for `X-LZ4-Original-Length`. */
      readonly plainLength: number;
      readonly body: Uint8Array;
      readonly times: TaskTimes;
    }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly code: ErrorCode;
      readonly status: number;
      readonly fault: Fault;
      readonly message: string;
      readonly times: TaskTimes;
    }
  /** It was withdrawn, or its deadline had passed: the processor never saw it. */
  | { readonly kind: 'skipped'; readonly id: number };

/** When it began, milliseconds since the epoch (fractional), and how long each step took, milliseconds. */
export interface TaskTimes {
  readonly startedAt: number;
  readonly decodeMs: number;
  readonly computeMs: number;
  readonly encodeMs: number;
}
