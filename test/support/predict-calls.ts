import { HEART_ANSWER, type Installation } from './installation.js';

/** One use of an official prediction client: what the programs in `test/python`, `test/java` and `test/go` read. */
export interface PredictCall {
  readonly endpoint: string;
  readonly service: string;
  readonly token?: string;
  /** Direct mode: instances are found by discovery and called without the gateway. */
  readonly direct?: boolean;
  readonly body: string;
  /** Hand the body over as bytes. */
  readonly bytes?: boolean;
  /** Compress the body, without saying so (the service's `rpc.decompressor` does). */
  readonly gzip?: boolean;
  /** Calls made; the outcome is their number when all succeed. Default 1: the outcome is the answer, or `{status}`. */
  readonly times?: number;
  /** Python: ask for a compressed answer. Java: `setIsCompressed`. */
  readonly compressed?: boolean;
  /** The client's own retry count, where it is to differ from its default. */
  readonly retries?: number;
}

/** Services of one installation (with a token, open to everyone, with compressed bodies) and every way to call them. */
export async function everyWayToCall(
  installation: Installation,
): Promise<{ calls: Record<string, PredictCall>; outcomes: Record<string, unknown> }> {
  const client = installation.client();
  await client.call('CreateService', { body: installation.description('heart', { instance: 2 }) });
  await client.call('CreateService', { body: { ...installation.description('open'), token: '' } });
  await client.call('CreateService', {
    body: installation.description('packed', { rpc: { decompressor: 'Gzip' } }),
  });
  const { AccessToken: token } = await installation.until(client, 'heart', 'Running');
  const packed = await installation.until(client, 'packed', 'Running');
  await installation.until(client, 'open', 'Running');
  const calls: Record<string, PredictCall> = {};
  const outcomes: Record<string, unknown> = {};
  const add = (name: string, call: Omit<PredictCall, 'endpoint'>, outcome: unknown): void => {
    calls[name] = { endpoint: installation.url, ...call };
    outcomes[name] = outcome;
  };
  for (const direct of [false, true]) {
    const mode = direct ? 'direct' : 'gateway';
    for (const bytes of [false, true]) {
      const shape = bytes ? 'bytes' : 'string';
      add(
        `${mode}, signed, ${shape}`,
        { service: 'heart', token, direct, bytes, body: '[{}]' },
        HEART_ANSWER,
      );
      add(`${mode}, unsigned, ${shape}`, { service: 'open', direct, bytes, body: '[{}]' }, HEART_ANSWER);
    }
    add(
      `${mode}, compressed body`,
      { service: 'packed', token: packed.AccessToken, direct, gzip: true, body: '[{}]' },
      HEART_ANSWER,
    );
    add(`${mode}, many`, { service: 'heart', token, direct, body: '[{},{}]', times: 20 }, 20);
    const once = { direct, retries: 0 };
    add(`${mode}, wrong token`, { ...once, service: 'heart', token: 'wrong', body: '[{}]' }, { status: 401 });
    add(`${mode}, bad field`, { ...once, service: 'heart', token, body: '[{"age":"old"}]' }, { status: 400 });
    add(`${mode}, bad JSON`, { ...once, service: 'heart', token, body: '[{' }, { status: 400 });
  }
  add('no service', { service: 'nobody', token, body: '[{}]', retries: 0 }, { status: 404 });
  return { calls, outcomes };
}

/** Pairs each name with the outcome that the client printed in its place. */
export function byName(calls: Record<string, PredictCall>, printed: unknown): Record<string, unknown> {
  const outcomes = printed as readonly unknown[];
  return Object.fromEntries(Object.keys(calls).map((name, index) => [name, outcomes[index]]));
}
