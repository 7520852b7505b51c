import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OpenEasError } from '@openeas/contracts';
import { type Clock, sleep, systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import { readRootCredentials } from '../credentials.js';
import { deployExample } from '../example/heart-disease.js';
import { welcome } from '../example/welcome.js';
import { liveProgram, prepareHome, removeProgramRecord, writeProgramRecord } from '../home.js';
import { addressText, type Settings } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';
import { runningPrograms, Supervisor } from '../supervisor/supervisor.js';
import { VERSION } from '../version.js';

const EXECUTABLE = fileURLToPath(new URL('../../bin/openeas.js', import.meta.url));
const DETACHED_FLAG = 'OPENEAS_DETACHED';
const SAME_REQUEST_MS = 1_000;

export interface StartFlags {
  readonly detach: boolean;
  readonly withExample: boolean;
}

/** `openeas start`. */
export async function start(settings: Settings, flags: StartFlags): Promise<number> {
  prepareHome(settings.layout);
  refuseSecondStart(settings);
  if (runningPrograms(settings).gateway === undefined) await refuseTakenAddress(settings);
  return flags.detach ? startInBackground(settings, flags) : startHere(settings, flags);
}

async function startHere(settings: Settings, flags: StartFlags): Promise<number> {
  const clock = systemClock;
  const detached = process.env[DETACHED_FLAG] === '1';
  const firstStart = readRootCredentials(settings.layout) === undefined;
  const supervisor = new Supervisor({
    settings,
    executable: EXECUTABLE,
    env: programEnvironment(settings),
    detached,
    clock,
    log: createLogger({
      name: 'supervisor',
      level: detached ? 'info' : 'warn',
      format: 'text',
      write: (line) => void process.stderr.write(line),
    }),
  });
  const stopping = new AbortController();
  const request = stopRequest(supervisor, stopping);
  writeProgramRecord(settings.layout.supervisor, settings.listen, VERSION);
  try {
    await supervisor.start(stopping.signal);
    if (flags.withExample) await showExample(settings, { firstStart, detached }, stopping.signal);
    else
      process.stdout.write(
        `OpenEAS ${VERSION} serves at ${settings.publicUrl} (data in ${settings.layout.home})\n`,
      );
  } catch (error) {
    if (!stopping.signal.aborted) {
      // What was not there before this start does not stay behind it.
      await supervisor.close({ instances: false });
      removeProgramRecord(settings.layout.supervisor);
      throw error;
    }
  }
  const { instances } = await request;
  process.stdout.write(`\nStopping: gateway, control${instances ? ', instances' : ''} …\n`);
  await supervisor.close({ instances });
  removeProgramRecord(settings.layout.supervisor);
  process.stdout.write('Stopped. Everything deployed is kept; the next start takes seconds.\n');
  return EXIT.ok;
}

async function showExample(
  settings: Settings,
  facts: { firstStart: boolean; detached: boolean },
  signal: AbortSignal,
): Promise<void> {
  const example = await deployExample(
    settings,
    systemClock,
    signal,
    (line) => void process.stderr.write(`  … ${line}\n`),
  );
  process.stdout.write(welcome(settings, { ...facts, example }));
}

/** Ctrl-C and SIGTERM stop everything; SIGUSR2 (`openeas stop --keep-instances`) leaves the instances. */
function stopRequest(supervisor: Supervisor, stopping: AbortController): Promise<{ instances: boolean }> {
  let askedAt = 0;
  return new Promise((resolve) => {
    const ask = (instances: boolean) => (): void => {
      const now = systemClock.monotonic();
      if (stopping.signal.aborted) {
        // One Ctrl-C may come twice, from the terminal and from npm. Asked again later: no more patience.
        if (now - askedAt < SAME_REQUEST_MS) return;
        supervisor.destroy();
        process.exit(130);
      }
      askedAt = now;
      stopping.abort(new Error('asked to stop'));
      resolve({ instances });
    };
    process.on('SIGINT', ask(true));
    process.on('SIGTERM', ask(true));
    process.on('SIGUSR2', ask(false));
  });
}

async function startInBackground(settings: Settings, flags: StartFlags): Promise<number> {
  const firstStart = readRootCredentials(settings.layout) === undefined;
  const logFile = join(settings.layout.logs, 'supervisor.log');
  const log = openSync(logFile, 'a', 0o600);
  const { listen, layout } = settings;
  const child = spawn(
    process.execPath,
    [EXECUTABLE, 'start', '--listen', addressText(listen), '--home', layout.home],
    { detached: true, stdio: ['ignore', log, log], env: { ...process.env, [DETACHED_FLAG]: '1' } },
  );
  closeSync(log);
  const settled = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    child.on('exit', () => reject(new Error(lastComplaint(logFile))));
  });
  try {
    await Promise.race([untilServing(settings, systemClock, settled.signal), ended]);
  } finally {
    settled.abort(); // The loser must not keep this process alive.
  }
  child.unref();
  if (flags.withExample)
    await showExample(settings, { firstStart, detached: true }, new AbortController().signal);
  else
    process.stdout.write(
      `OpenEAS ${VERSION} serves at ${settings.publicUrl} in the background; \`openeas stop\` ends it.\n`,
    );
  return EXIT.ok;
}

async function untilServing(settings: Settings, clock: Clock, signal: AbortSignal): Promise<void> {
  const { layout } = settings;
  while (
    liveProgram(layout.gatewayAddress) === undefined ||
    liveProgram(layout.controlAddress) === undefined
  ) {
    await sleep(clock, 50, signal);
  }
}

/** The line with which a start in the background ended; the whole log is there to read. */
function lastComplaint(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  const complaint = lines.findLast((line) => line.startsWith('openeas: '));
  return complaint?.slice('openeas: '.length) ?? `OpenEAS did not start; see ${logFile}`;
}

function refuseSecondStart(settings: Settings): void {
  const running = liveProgram(settings.layout.supervisor);
  if (running === undefined) return;
  throw new OpenEasError('AlreadyRunning', {
    address: addressText(running),
    pid: running.pid,
    home: settings.layout.home,
  });
}

/** Looks before anything is started, so that the answer is one clear line. */
function refuseTakenAddress(settings: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const address = addressText(settings.listen);
      if (error.code === 'EADDRINUSE') return reject(new OpenEasError('AddressInUse', { address }));
      reject(
        new OpenEasError('InvalidParameter', {
          field: '--listen (OPENEAS_LISTEN)',
          value: address,
          expected: `an address this machine can listen on (${error.code ?? error.message})`,
        }),
      );
    });
    probe.listen(settings.listen.port, settings.listen.host, () => probe.close(() => resolve()));
  });
}

function programEnvironment(settings: Settings): NodeJS.ProcessEnv {
  return { ...process.env, OPENEAS_HOME: settings.layout.home, OPENEAS_LISTEN: addressText(settings.listen) };
}
