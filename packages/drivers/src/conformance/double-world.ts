import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstanceConfig } from '@openeas/contracts';
import { isAlive, type ProcessIdentity, processIdentity, systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import { onTestFinished } from 'vitest';
import { createProcessDriver, type ProcessDriver } from '../process/process-driver.js';
import type { RuntimeCommand } from '../process/spawn-instance.js';
import { type Behaviour, type DriverWorld, newSecret } from './driver-harness.js';

const DOUBLE = fileURLToPath(new URL('../../fixtures/runtime-double.mjs', import.meta.url));

/** A world of process instances whose runtime is the double, in a folder of the running test. */
export class DoubleWorld implements DriverWorld {
  readonly root: string;
  readonly #journal: string;
  readonly #spawned: ProcessIdentity[] = [];
  #driver: ProcessDriver;
  #count = 0;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'openeas-driver-'));
    this.root = join(folder, 'instances');
    this.#journal = join(folder, 'journal');
    this.#driver = this.#open();
    onTestFinished(() => {
      this.#driver.close();
      for (const process of this.#living()) globalThis.process.kill(process.pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get driver(): ProcessDriver {
    return this.#driver;
  }

  reopen(): ProcessDriver {
    this.#driver.close();
    this.#driver = this.#open();
    return this.#driver;
  }

  /** How instances of this world are started. */
  readonly command = (configFile: string): RuntimeCommand => ({
    file: process.execPath,
    args: [DOUBLE, '--config', configFile],
    env: { ...process.env, OPENEAS_DOUBLE_JOURNAL: this.#journal },
  });

  claimed(): readonly string[] {
    return this.journal()
      .filter(({ word }) => word === 'claimed')
      .map(({ instanceId, attempt }) => `${instanceId}/${attempt}`);
  }

  /** What the instance processes wrote of themselves. */
  journal(): readonly JournalLine[] {
    if (!existsSync(this.#journal)) return [];
    return readFileSync(this.#journal, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [word = '', instanceId = '', attempt, pid, version = ''] = line.split(' ');
        return { word, instanceId, attempt: Number(attempt), pid: Number(pid), version };
      });
  }

  alive(): number {
    return this.#living().length;
  }

  config(overrides: Partial<InstanceConfig>, behaviours: readonly Behaviour[] = [{}]): InstanceConfig {
    const instanceId = `i-${++this.#count}`;
    return {
      instanceId,
      instanceName: `demo-${this.#count}`,
      attempt: 1,
      secret: newSecret(),
      gatewayKey: newSecret(),
      serviceName: 'demo',
      serviceUid: 'eas-m-demo',
      version: 1,
      region: 'local',
      token: '',
      listen: { host: '127.0.0.1', port: 0 },
      // The double reads nothing of a description but the model's configuration text.
      description: {
        model: { config: JSON.stringify({ behaviours }) },
      } as unknown as InstanceConfig['description'],
      modelDir: null,
      modelEntry: null,
      processorDir: null,
      warmUpFiles: [],
      maxBodyBytes: 1024,
      ...overrides,
    };
  }

  #open(): ProcessDriver {
    return createProcessDriver({
      root: this.root,
      command: (configFile) => this.command(configFile),
      clock: systemClock,
      log: createLogger({ name: 'driver', level: 'silent', format: 'json' }),
      onSpawn: (pid) => {
        const identity = processIdentity(pid);
        if (identity !== undefined) this.#spawned.push(identity);
      },
    });
  }

  #living(): readonly ProcessIdentity[] {
    return this.#spawned.filter(isAlive);
  }
}

export interface JournalLine {
  readonly word: string;
  readonly instanceId: string;
  readonly attempt: number;
  readonly pid: number;
  readonly version: string;
}
