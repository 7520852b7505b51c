import { dirname, join } from 'node:path';
import {
  INSTANCE_FILES,
  type InstanceConfig,
  type InstanceFailure,
  toOpenEasError,
} from '@openeas/contracts';
import { type Clock, type Ids, processIdentity } from '@openeas/kernel';
import { createLogger, type Logger } from '@openeas/telemetry';
import { AdminServer } from './instance/admin-server.js';
import { claimAttempt } from './instance/claim.js';
import { readInstanceConfig } from './instance/instance-config.js';
import { InstanceState } from './instance/instance-state.js';
import { watchLogSize } from './instance/log-rotation.js';
import { Serving } from './instance/serving.js';

export interface RunInstanceOptions {
  /** Path of `instance.json`; its folder is the instance's own. */
  readonly configFile: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log?: Logger;
  /** URLs of further processor modules, each exporting `processors: ProcessorEntry[]`. */
  readonly processorModules?: readonly string[];
}

/** Exit codes of an instance. */
export const EXIT = {
  /** Ended as asked, or another process has this attempt. */
  ok: 0,
  /** The platform or a processor's process failed: a restart may help. */
  platform: 1,
  /** The model or its configuration: fails again unchanged. */
  model: 3,
} as const;

const LOG_BYTES = 16 * 2 ** 20;
const LOG_KEPT = 3;
const LOG_CHECK_MS = 5000;
const ADMIN_CLOSE_MS = 200;

/** Runs one attempt of one instance until it is told to end, or cannot go on. @returns the exit code */
export async function runInstance(options: RunInstanceOptions): Promise<number> {
  const log = options.log ?? createLogger({ name: 'runtime', level: 'info', format: 'text' });
  let config: InstanceConfig;
  try {
    config = readInstanceConfig(options.configFile);
  } catch (error) {
    log.error((error as Error).message);
    return EXIT.platform;
  }
  const folder = dirname(options.configFile);
  const identity = processIdentity(process.pid);
  if (identity === undefined) throw new Error('the identity of this very process cannot be read');
  if (!claimAttempt(folder, config.attempt, identity)) {
    log.info(
      { instance: config.instanceId, attempt: config.attempt },
      'Already running: another process has it',
    );
    return EXIT.ok;
  }
  return new Instance(options, config, folder, log).run(identity);
}

type End =
  | { readonly kind: 'stop'; readonly graceMs: number }
  | { readonly kind: 'kill' }
  | { readonly kind: 'failure'; readonly failure: InstanceFailure };

class Instance {
  readonly #options: RunInstanceOptions;
  readonly #config: InstanceConfig;
  readonly #folder: string;
  readonly #log: Logger;
  #end!: (end: End) => void;
  readonly #ended = new Promise<End>((resolve) => {
    this.#end = resolve;
  });

  constructor(options: RunInstanceOptions, config: InstanceConfig, folder: string, log: Logger) {
    this.#options = options;
    this.#config = config;
    this.#folder = folder;
    this.#log = log;
  }

  async run(identity: { pid: number; startTime: string }): Promise<number> {
    const { clock, ids } = this.#options;
    const config = this.#config;
    const log = this.#log;
    const graceMs = config.description.terminationGracePeriod * 1000;
    const state = new InstanceState(this.#folder, config, identity, { clock, log });
    const removeHandlers = this.#handleProcessEvents(graceMs);
    const endLogWatch = watchLogSize({
      path: join(this.#folder, INSTANCE_FILES.log),
      descriptor: 1,
      maxBytes: LOG_BYTES,
      keep: LOG_KEPT,
      clock,
      everyMs: LOG_CHECK_MS,
    });
    let serving: Serving | undefined;
    let drained: Promise<void> | undefined;
    const drain = (limitMs?: number): Promise<void> => {
      if (state.phase !== 'Failed')
        state.set({ phase: 'Draining', message: 'Answers what it has, takes nothing new' });
      drained ??= serving?.drain(limitMs) ?? Promise.resolve();
      return drained;
    };
    const admin = new AdminServer({
      state,
      clock,
      secret: config.secret,
      defaultGraceMs: graceMs,
      actions: {
        drain: () => void drain(),
        stop: (limitMs) => this.#end({ kind: 'stop', graceMs: limitMs }),
        kill: () => this.#end({ kind: 'kill' }),
      },
    });
    try {
      log.info(
        {
          service: config.serviceName,
          version: config.version,
          instance: config.instanceName,
          attempt: config.attempt,
        },
        'Create service',
      );
      for (const note of config.description.rpc.notes) log.info(note);
      const adminPort = await admin.listen();
      state.set({ adminPort });
      log.info(`Admin port ${adminPort}`);
      serving = new Serving({
        config,
        state,
        clock,
        ids,
        log,
        processorModules: this.#options.processorModules ?? [],
        onTerm: () => this.#end({ kind: 'stop', graceMs }),
        onFatal: (failure) => this.#end({ kind: 'failure', failure }),
      });
      void this.#bringUp(serving, state);
    } catch (error) {
      this.#end({ kind: 'failure', failure: platformFailure(error) });
    }
    const end = await this.#ended;
    const code = await this.#shutDown(end, state, serving, drain);
    endLogWatch();
    // Watchers get the last phase; whoever does not read it does not hold the end up.
    await withGrace(clock, ADMIN_CLOSE_MS, admin.close());
    admin.destroy();
    removeHandlers();
    return code;
  }

  async #bringUp(serving: Serving, state: InstanceState): Promise<void> {
    try {
      this.#log.info({ entry: this.#config.modelEntry }, 'Load model');
      state.set({ phase: 'Loading', message: 'The model is being loaded' });
      await serving.load();
      const isDraining = (): boolean => state.phase === 'Draining';
      if (isDraining()) return;
      const port = await serving.listen();
      if (isDraining()) return void (await serving.drain(0));
      state.set({ phase: 'Ready', port, message: `Serves on port ${port}` });
      this.#log.info('Service start successfully');
    } catch (error) {
      this.#end({ kind: 'failure', failure: platformFailure(error) });
    }
  }

  async #shutDown(
    end: End,
    state: InstanceState,
    serving: Serving | undefined,
    drain: (limitMs?: number) => Promise<void>,
  ): Promise<number> {
    if (end.kind === 'failure') {
      this.#log.error({ fault: end.failure.fault, code: end.failure.code }, end.failure.message);
      state.fail(end.failure);
      await serving?.destroy();
      return end.failure.fault === 'model' ? EXIT.model : EXIT.platform;
    }
    if (end.kind === 'stop') {
      this.#log.info({ graceMs: end.graceMs }, 'Shutting down');
      await withGrace(this.#options.clock, end.graceMs, drain(end.graceMs));
      await serving?.close();
    } else await serving?.destroy();
    state.set({
      phase: 'Stopped',
      message: end.kind === 'stop' ? 'Ended as asked' : 'Ended at once, as asked',
    });
    return EXIT.ok;
  }

  #handleProcessEvents(graceMs: number): () => void {
    const stop = (): void => this.#end({ kind: 'stop', graceMs });
    const crash = (error: unknown): void => {
      this.#log.error({ err: error }, 'Uncaught exception');
      this.#end({ kind: 'failure', failure: platformFailure(error) });
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('uncaughtException', crash);
    process.on('unhandledRejection', crash);
    return () => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      process.off('uncaughtException', crash);
      process.off('unhandledRejection', crash);
    };
  }
}

/** Resolves when `work` does, and at the latest after `graceMs`. */
function withGrace(clock: Clock, graceMs: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(graceMs, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}

function platformFailure(error: unknown): InstanceFailure {
  const known = toOpenEasError(error);
  const isOurs = known === error;
  const text = error instanceof Error ? error.message : String(error);
  return {
    fault: known.fault === 'caller' || known.fault === 'model' ? 'model' : 'platform',
    code: known.code,
    message: (isOurs ? known.message : text).split('\n', 1)[0] ?? '',
  };
}
