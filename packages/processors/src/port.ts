import type { OpenEasError } from '@openeas/contracts';

/**
 * The processor contract (design 4). A processor turns bytes into bytes; what HTTP is, it does not know.
 * In-process processors run inside worker threads of the runtime, never on the thread that serves sockets.
 */
export interface Processor {
  /** Codes of `processor` in service.json that this one answers to. */
  readonly codes: readonly string[];
  load(context: LoadContext): Promise<Model>;
}

export interface LoadContext {
  /** Absolute path handed to the processor: `model_entry`, or the single file of the package. */
  readonly modelEntry: string;
  /** Folder of the unpacked package. */
  readonly modelDir: string;
  /** `model_config` text, '' when absent. */
  readonly modelConfig: string;
  /** Progress and remarks for the instance's log. */
  log(message: string): void;
  readonly signal: AbortSignal;
}

export interface Model {
  /** What GET on the service answers. */
  info?(): ProcessorResponse;
  /** May throw an OpenEasError of the catalogue, which then is the answer; any other error is a 500. */
  process(request: ProcessorRequest, signal: AbortSignal): Promise<ProcessorResponse> | ProcessorResponse;
  /**
   * One answer per request, in order; each may be an error without touching its neighbours, so a bad request
   * must not make this throw: a throw fails every request of the batch.
   */
  processBatch?(
    requests: readonly ProcessorRequest[],
    signal: AbortSignal,
  ): Promise<readonly BatchAnswer[]> | readonly BatchAnswer[];
  /**
   * Rows and shape class of a request, for batching; absent = every request is one row of one class. Called
   * with the very object that `process` or `processBatch` gets afterwards, so work may be remembered by it.
   * May throw an OpenEasError, which then is the answer.
   */
  describe?(request: ProcessorRequest): { rows: number; shapeClass: string };
  close(): Promise<void> | void;
}

/** One answer of a batch: a response, or the error that the caller of this one request gets. */
export type BatchAnswer = ProcessorResponse | OpenEasError;

export interface ProcessorRequest {
  readonly method: string;
  /** Path after the service's prefix, with its leading slash, '' when there is none. */
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface ProcessorResponse {
  /** 0 and 200 mean success (manual 6.4); anything else is sent as it is. */
  readonly status: number;
  /** '' = the engine's default, `text/html; charset=utf-8`. */
  readonly contentType: string;
  readonly body: Uint8Array;
}
