import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HomeLayout, homeLayout, INSTANCE_FILES, type InstanceStatus } from '@openeas/contracts';
import { isAlive, type ProcessIdentity } from '@openeas/kernel';
import { createEasClient, type EasClient } from '@openeas/sdk';
import { onTestFinished } from 'vitest';
import { eventually, freePort, ROOT, temporaryFolder } from './workspace.js';

const OPENEAS = join(ROOT, 'apps', 'openeas', 'bin', 'openeas.js');
const EASCMD = join(ROOT, 'apps', 'openeas', 'bin', 'eascmd.js');
export const HEART_DISEASE = join(ROOT, 'examples', 'heart-disease');
export const HEART_ANSWER = [{ p_0: 0.9941226679708888, p_1: 0.005877332029111252 }];

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServiceFacts {
  readonly ServiceName: string;
  readonly ServiceUid: string;
  readonly Status: string;
  readonly Reason: string;
  readonly Message: string;
  readonly AccessToken: string;
  readonly InternetEndpoint: string;
  readonly CurrentVersion: number;
  readonly LatestVersion: number;
  readonly RunningInstance: number;
  readonly TotalInstance: number;
}

/** One real installation in a folder of its own: the programs a user runs, on a free port. */
export class Installation {
  readonly home: string;
  readonly port: number;
  readonly layout: HomeLayout;
  readonly env: Record<string, string>;
  output = '';
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, env: Record<string, string>) {
    this.home = join(folder, 'openeas');
    this.port = port;
    this.layout = homeLayout(this.home);
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      OPENEAS_HOME: this.home,
      OPENEAS_LISTEN: `127.0.0.1:${port}`,
      OPENEAS_CPU: '64',
      ...env,
    };
  }

  /** Nothing runs yet; whatever runs when the test ends is killed, proven to be ours. */
  static async prepare(name: string, env: Record<string, string> = {}): Promise<Installation> {
    const installation = new Installation(temporaryFolder(name), await freePort(), env);
    onTestFinished(() => installation.#killEverything());
    return installation;
  }

  static async start(
    name: string,
    options: { args?: string[]; env?: Record<string, string> } = {},
  ): Promise<Installation> {
    const installation = await Installation.prepare(name, options.env);
    await installation.start(...(options.args ?? []));
    return installation;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** `openeas start` in the foreground; resolves once it says that it serves. */
  async start(...args: string[]): Promise<void> {
    this.output = '';
    const child = spawn(process.execPath, [OPENEAS, 'start', ...args], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (this.output += String(text)));
    let ended = false;
    child.once('exit', () => {
      ended = true;
    });
    await eventually(
      'openeas start',
      () => {
        if (ended) throw new Error(`openeas start ended:\n${this.output}`);
        return (
          this.output.includes('serves at') &&
          (!args.includes('--with-example') || this.output.includes('Ctrl-C'))
        );
      },
      60_000,
    );
  }

  /** What Ctrl-C does; resolves with the exit code. */
  async interrupt(): Promise<number> {
    const child = this.#process;
    if (child === undefined) throw new Error('not started');
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
    return child.exitCode ?? -1;
  }

  openeas(...args: string[]): Promise<CommandResult> {
    return run([OPENEAS, ...args], this.env);
  }

  eascmd(args: readonly string[], input = ''): Promise<CommandResult> {
    return run([EASCMD, ...args], this.env, input);
  }

  get credentials(): { AccountUid: string; AccessKeyId: string; AccessKeySecret: string } {
    return JSON.parse(readFileSync(this.layout.credentials, 'utf8'));
  }

  client(): EasClient {
    const client = createEasClient({
      endpoint: this.url,
      accessKeyId: this.credentials.AccessKeyId,
      accessKeySecret: this.credentials.AccessKeySecret,
      regionId: 'local',
    });
    onTestFinished(() => client.close());
    return client;
  }

  /** The heart-disease service under any name. */
  description(name: string, metadata: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      name,
      model_path: join(HEART_DISEASE, 'heart-disease.pmml'),
      processor: 'pmml',
      metadata: { instance: 1, cpu: 0.1, ...metadata },
    };
  }

  async describe(client: EasClient, name: string): Promise<ServiceFacts | undefined> {
    try {
      return (await client.call('DescribeService', {
        path: { ClusterId: 'local', ServiceName: name },
      })) as unknown as ServiceFacts;
    } catch (error) {
      if ((error as { code?: string }).code === 'ServiceNotFound') return undefined;
      throw error;
    }
  }

  until(client: EasClient, name: string, status: string, withinMs = 60_000): Promise<ServiceFacts> {
    return eventually(
      `service ${name} is ${status}`,
      async () => {
        const service = await this.describe(client, name);
        if (service?.Status === status) return service;
        throw new Error(`${service?.Status}: ${service?.Message}`);
      },
      withinMs,
    );
  }

  predict(service: ServiceFacts, body = '[{}]'): Promise<Response> {
    return fetch(service.InternetEndpoint, {
      method: 'POST',
      headers: { Authorization: service.AccessToken },
      body,
    });
  }

  program(name: 'control' | 'gateway' | 'supervisor'): ProcessIdentity | undefined {
    const file = {
      control: this.layout.controlAddress,
      gateway: this.layout.gatewayAddress,
      supervisor: this.layout.supervisor,
    };
    const record = readJson<ProcessIdentity>(file[name]);
    return record !== undefined && isAlive(record) ? record : undefined;
  }

  /** Every instance process that is alive, by what it wrote about itself. */
  instances(): InstanceStatus[] {
    if (!existsSync(this.layout.instances)) return [];
    return readdirSync(this.layout.instances)
      .map((id) => readJson<InstanceStatus>(join(this.layout.instances, id, INSTANCE_FILES.state)))
      .filter((state): state is InstanceStatus => state !== undefined && isAlive(state));
  }

  /** Every live process whose claim lies in this home: also those that did not get as far as a state. */
  claims(): ProcessIdentity[] {
    if (!existsSync(this.layout.instances)) return [];
    return readdirSync(this.layout.instances).flatMap((id) =>
      readdirSync(join(this.layout.instances, id))
        .filter((file) => file.startsWith('claim-'))
        .map((file) => readJson<ProcessIdentity>(join(this.layout.instances, id, file)))
        .filter((claim): claim is ProcessIdentity => claim !== undefined && isAlive(claim)),
    );
  }

  #killEverything(): void {
    this.#process?.kill('SIGKILL');
    for (const name of ['supervisor', 'gateway', 'control'] as const) kill(this.program(name));
    for (const claim of this.claims()) kill(claim);
    for (const pid of this.#traces()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }

  /** Processes that were only starting have no record yet: they name this home in their environment or arguments. */
  #traces(): number[] {
    if (process.platform !== 'linux') return [];
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    return pids.map(Number).filter((pid) => {
      const facts = [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`].map(readText);
      return facts.some((text) => text.split('\0').some((fact) => fact.includes(this.home)));
    });
  }
}

/** SIGKILL, as a crash or the kernel's memory killer would. */
export function kill(identity: ProcessIdentity | undefined): void {
  if (identity === undefined || !isAlive(identity)) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

async function run(args: readonly string[], env: Record<string, string>, input = ''): Promise<CommandResult> {
  const child = spawn(process.execPath, [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  child.stdin.on('error', () => {}); // It may end without reading.
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout, stderr };
}
