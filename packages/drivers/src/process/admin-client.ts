import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { InstanceStatus } from '@openeas/contracts';
import { type Clock, withDeadline } from '@openeas/kernel';
import type { InstanceIdentity } from '../port.js';

/** Admin ports listen on loopback only. */
const HOST = '127.0.0.1';
const ANSWER_LIMIT = 64 * 1024;

/** Asks an instance's admin port; every answer is checked to come from the instance that is meant. */
export class AdminClient {
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Its status, or undefined when whoever listens there is not this attempt of this instance. */
  async status(port: number, identity: InstanceIdentity): Promise<InstanceStatus | undefined> {
    const text = await this.#exchange('GET', '/admin/status', port, identity);
    return text === undefined ? undefined : parseStatus(text, identity);
  }

  /** False when the port does not answer or does not accept the secret. */
  async stop(port: number, identity: InstanceIdentity, graceMs: number): Promise<boolean> {
    const body = JSON.stringify({ graceMs });
    return (await this.#exchange('POST', '/admin/stop', port, identity, body)) !== undefined;
  }

  /**
   * Follows `/admin/watch` until the connection ends, the line does not fit the instance, or nothing came
   * for `silenceMs` (heartbeats are due every 2 s). Resolves when it is over; `signal` ends it.
   */
  watch(
    port: number,
    identity: InstanceIdentity,
    silenceMs: number,
    onStatus: (status: InstanceStatus) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      let rest = '';
      const call = this.#call('GET', '/admin/watch', port, identity);
      let cancelSilence = this.#clock.after(silenceMs, end);
      function end(): void {
        cancelSilence();
        signal.removeEventListener('abort', end);
        call.destroy();
        resolve();
      }
      const onLine = (line: string): boolean => {
        const status = parseStatus(line, identity);
        if (status === undefined) return false;
        onStatus(status);
        return true;
      };
      signal.addEventListener('abort', end, { once: true });
      call.once('error', end);
      call.once('close', end);
      call.once('response', (response) => {
        if (response.statusCode !== 200) return end();
        response.setEncoding('utf8');
        response.once('error', end);
        response.once('close', end);
        response.on('data', (text: string) => {
          cancelSilence();
          cancelSilence = this.#clock.after(silenceMs, end);
          rest += text;
          if (rest.length > ANSWER_LIMIT) return end();
          const lines = rest.split('\n');
          rest = lines.pop() ?? '';
          if (!lines.every((line) => line === '' || onLine(line))) end();
        });
      });
      call.end();
    });
  }

  async #exchange(
    method: string,
    path: string,
    port: number,
    identity: InstanceIdentity,
    body = '',
  ): Promise<string | undefined> {
    const call = this.#call(method, path, port, identity);
    const answer = new Promise<string | undefined>((resolve, reject) => {
      call.once('error', reject);
      call.once('response', (response) => resolve(readBody(response)));
    });
    call.end(body);
    try {
      return await withDeadline(this.#clock, this.#timeoutMs, answer, () => new Error('no answer in time'));
    } catch {
      return undefined;
    } finally {
      call.destroy();
    }
  }

  #call(method: string, path: string, port: number, identity: InstanceIdentity): ClientRequest {
    const headers = { authorization: `Bearer ${identity.secret}`, 'content-type': 'application/json' };
    const call = request({ host: HOST, port, method, path, headers, agent: false });
    // A late error after the call was given up must not become an uncaught exception.
    call.on('error', () => {});
    return call;
  }
}

async function readBody(response: IncomingMessage): Promise<string | undefined> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (text.length > ANSWER_LIMIT) return undefined;
  }
  const status = response.statusCode ?? 0;
  return status >= 200 && status < 300 ? text : undefined;
}

function parseStatus(text: string, identity: InstanceIdentity): InstanceStatus | undefined {
  let status: InstanceStatus;
  try {
    status = JSON.parse(text) as InstanceStatus;
  } catch {
    return undefined;
  }
  const fits = status?.instanceId === identity.instanceId && status.attempt === identity.attempt;
  return fits ? status : undefined;
}
