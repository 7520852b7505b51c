export interface LoadOptions {
  readonly host?: string;
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array;
  readonly connections?: number;
  /** Requests per second over all connections; 0 = as fast as answers come. */
  readonly rate?: number;
  readonly total?: number;
}

export interface LoadResult {
  sent: number;
  ok: number;
  failed: number;
  /** Status, or the text of the network failure, and how often. */
  readonly failures: Map<number | string, number>;
  readonly latencies: number[];
  reconnects: number;
  seconds: number;
}

export interface Load {
  readonly result: LoadResult;
  stop(): Promise<LoadResult>;
  readonly done: Promise<LoadResult>;
}

export function startLoad(options: LoadOptions): Load;
export function quantile(latencies: readonly number[], q: number): number;
