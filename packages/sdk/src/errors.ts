/** An error answer of the server (contract 7.5). `code` is the server's word, usually one of the catalogue. */
export class EasApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** '' when the answer carried none. */
  readonly requestId: string;

  constructor(facts: { status: number; code: string; message: string; requestId: string }) {
    super(facts.message);
    this.name = 'EasApiError';
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
  }
}

export const CONNECTION_FAILURES = [
  'refused', // nobody listens there: nothing was sent
  'unknown-host', // the name has no address: nothing was sent
  'lost', // the connection broke; the request may have been carried out
  'timeout', // no whole answer in time; the request may have been carried out
  'not-an-api', // something answered that does not speak this API
] as const;
export type ConnectionFailure = (typeof CONNECTION_FAILURES)[number];

/** No answer of the API at all. */
export class EasConnectionError extends Error {
  readonly failure: ConnectionFailure;
  /** `http://127.0.0.1:7300`. */
  readonly address: string;

  constructor(failure: ConnectionFailure, address: string, detail: string, options?: ErrorOptions) {
    super(`${explain(failure, address)} (${detail}).`, options);
    this.name = 'EasConnectionError';
    this.failure = failure;
    this.address = address;
  }

  /** True when it is certain that the server did nothing. */
  get neverSent(): boolean {
    return this.failure === 'refused' || this.failure === 'unknown-host';
  }
}

function explain(failure: ConnectionFailure, address: string): string {
  switch (failure) {
    case 'refused':
      return `Nothing answers at ${address}: start it with \`npx openeas start\`, or name another endpoint with -e`;
    case 'unknown-host':
      return `The host of ${address} is not known: check the endpoint (-e, or the eascmd configuration)`;
    case 'lost':
      return `The connection to ${address} broke before the answer was complete; check with a read whether the request took effect`;
    case 'timeout':
      return `${address} did not answer in time; check with a read whether the request took effect`;
    case 'not-an-api':
      return `What answers at ${address} is not the control API: check the endpoint (-e, or the eascmd configuration)`;
  }
}
