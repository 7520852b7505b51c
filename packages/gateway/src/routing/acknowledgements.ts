import type { UpstreamPool } from '@openeas/http1';
import type { ControlAddress } from '../options.js';

/**
 * Tells control which revision this gateway routes by. Control hands over from an old instance to a new one
 * only after that, so nothing of it may be said before the revision is applied. One message is under way at a
 * time; what is applied meanwhile is told by the next. A message that is lost is not repeated: the stream it
 * belongs to is about to break too, and control does not wait for ever.
 */
export class Acknowledgements {
  /** What control calls this subscription; undefined with a control that does not ask. */
  subscriber: string | undefined;
  readonly #pool: UpstreamPool;
  readonly #control: ControlAddress;
  #latest = -1;
  #told = -1;
  #busy = false;

  constructor(pool: UpstreamPool, control: ControlAddress) {
    this.#pool = pool;
    this.#control = control;
  }

  applied(revision: number): void {
    this.#latest = revision;
    this.#tell();
  }

  #tell(): void {
    if (this.#busy || this.subscriber === undefined || this.#told === this.#latest) return;
    this.#busy = true;
    this.#told = this.#latest;
    const { host, port, key } = this.#control;
    const body = Buffer.from(JSON.stringify({ revision: this.#latest }));
    const done = (): void => {
      this.#busy = false;
      this.#tell();
    };
    this.#pool.upstream(host, port).send(
      {
        method: 'PUT',
        head: `PUT /internal/v1/routes/${this.subscriber}/applied HTTP/1.1\r\nhost: ${host}:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
        body,
      },
      {
        onResponse: (_, whole) => {
          if (whole !== undefined) done();
        },
        onData: () => {},
        onEnd: done,
        onFailure: () => {
          this.#busy = false;
        },
      },
    );
  }
}
