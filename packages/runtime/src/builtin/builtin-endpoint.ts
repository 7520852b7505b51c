import type { ServerExchange } from '@openeas/http1';

/** What an endpoint under `/api/builtin/` answers. */
export interface BuiltinAnswer {
  readonly status: number;
  /** JSON unless it is text. */
  readonly body: unknown;
}

/** Who may use an endpoint with a method. */
export type BuiltinAccess =
  | 'anyone'
  /** The machine itself, or whoever has the service's token (never by the lack of one). */
  | 'insider';

export interface BuiltinMethod {
  readonly access: BuiltinAccess;
  readonly does: string;
  /** Null = this endpoint answers the exchange itself. */
  run(request: BuiltinRequest): Promise<BuiltinAnswer | null> | BuiltinAnswer | null;
}

export interface BuiltinRequest {
  readonly exchange: ServerExchange;
  readonly requestId: string;
  /** The body as JSON. @throws OpenEasError when it is none */
  json(): Promise<unknown>;
}

export interface BuiltinEndpoint {
  readonly name: string;
  readonly methods: Readonly<Record<string, BuiltinMethod>>;
}
