import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type Clock, randomIds } from '@openeas/kernel';
import { onTestFinished } from 'vitest';
import { writeEascmdConfig } from '../config-file.js';
import type { EascmdIo } from '../io.js';
import { runEascmd } from '../run-eascmd.js';
import { FakeControl, KEY } from './fake-control.js';

/**
 * Waits of less than 20 s take no time here but count in full, so that polling and retries run through at
 * once. Longer ones are time-outs of requests: they stay real, and do not fire.
 */
export function briskClock(): Clock {
  let skipped = 0;
  return {
    now: () => Date.now(),
    monotonic: () => performance.now() + skipped,
    after(delayMs, callback) {
      const brief = delayMs < 20_000;
      const fire = (): void => {
        if (brief) skipped += delayMs;
        callback();
      };
      const timer = setTimeout(fire, brief ? 0 : delayMs);
      return () => clearTimeout(timer);
    },
  };
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home with a configuration, a folder with files, and a server, all gone after the test. */
export class Desk {
  readonly home = mkdtempSync(join(tmpdir(), 'openeas-eascmd-'));
  readonly control = new FakeControl();

  static async open(): Promise<Desk> {
    const desk = new Desk();
    onTestFinished(() => {
      desk.control.close();
      rmSync(desk.home, { recursive: true, force: true });
    });
    await desk.control.listen();
    desk.configure();
    return desk;
  }

  configure(endpoint = this.control.address, secret = KEY.secret): void {
    const config = { accessKeyId: KEY.id, accessKeySecret: secret, endpoint };
    writeEascmdConfig(join(this.home, '.eas', 'config'), config);
  }

  file(name: string, content: string | object): string {
    const path = join(this.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return path;
  }

  io(stdin: string | Readable): Omit<EascmdIo, 'stdout' | 'stderr'> {
    return {
      stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) : stdin,
      env: { TZ: 'UTC' },
      homeDir: this.home,
      isTTY: false,
      clock: briskClock(),
      ids: randomIds,
      cwd: this.home,
    };
  }

  /** Runs one command with `stdin` as its whole input. */
  async run(
    argv: readonly string[],
    stdin: string | Readable = '',
    overrides: Partial<EascmdIo> = {},
  ): Promise<RunResult> {
    const io = this.io(stdin);
    const [out, err] = [new PassThrough(), new PassThrough()];
    const stdout = collect(out);
    const stderr = collect(err);
    const code = await runEascmd(argv, { ...io, stdout: out, stderr: err, ...overrides });
    out.end();
    err.end();
    return { code, stdout: await stdout, stderr: await stderr };
  }
}

async function collect(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
}
