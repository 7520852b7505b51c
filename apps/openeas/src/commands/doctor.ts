import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { prepareHome } from '../home.js';
import { addressText, type Settings } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';
import { runningPrograms } from '../supervisor/supervisor.js';

type Finding = { readonly level: 'ok' | 'note' | 'problem'; readonly text: string; readonly advice?: string };

const MIN_FREE_BYTES = 2 ** 30;

/** `openeas doctor`: looks, changes nothing; exit code 1 when something keeps OpenEAS from working. */
export async function doctor(settings: Settings): Promise<number> {
  const findings: Finding[] = [
    nodeVersion(),
    homeFolder(settings),
    freeDisk(settings),
    await databaseModule(settings),
    await listenAddress(settings),
    programs(settings),
    isolation(),
    {
      level: 'ok',
      text: `services may reserve ${settings.capacity.cpu} cores and ${settings.capacity.memory} MB together (OPENEAS_CPU, OPENEAS_MEMORY_MB)`,
    },
  ];
  const marks = { ok: '✓', note: '•', problem: '✗' } as const;
  for (const { level, text, advice } of findings) {
    process.stdout.write(`${marks[level]} ${text}\n${advice === undefined ? '' : `    ${advice}\n`}`);
  }
  const problems = findings.filter(({ level }) => level === 'problem').length;
  process.stdout.write(problems === 0 ? 'Nothing stands in the way.\n' : `${problems} to solve.\n`);
  return problems === 0 ? EXIT.ok : EXIT.failed;
}

function nodeVersion(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const text = `Node.js ${process.versions.node}`;
  return major >= 20
    ? { level: 'ok', text }
    : { level: 'problem', text, advice: 'Install Node.js 20 or newer.' };
}

function homeFolder(settings: Settings): Finding {
  try {
    prepareHome(settings.layout);
    return { level: 'ok', text: `data folder ${settings.layout.home} is writable` };
  } catch (error) {
    return { level: 'problem', text: (error as Error).message };
  }
}

function freeDisk(settings: Settings): Finding {
  try {
    const { bavail, bsize } = statfsSync(settings.layout.home);
    const text = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB free on the disk of the data folder`;
    if (bavail * bsize >= MIN_FREE_BYTES) return { level: 'ok', text };
    return { level: 'problem', text, advice: 'Models are copied into the data folder: free some space.' };
  } catch (error) {
    return { level: 'note', text: `free disk space is unknown (${(error as Error).message})` };
  }
}

async function databaseModule(settings: Settings): Promise<Finding> {
  try {
    const { checkDatabase } = await import('@openeas/store');
    const found = checkDatabase(settings.layout.database);
    return {
      level: 'ok',
      text: found === 'absent' ? 'no database yet; the first start creates it' : 'the database is sound',
    };
  } catch (error) {
    return { level: 'problem', text: (error as Error).message };
  }
}

async function listenAddress(settings: Settings): Promise<Finding> {
  const address = addressText(settings.listen);
  const taken = await new Promise<boolean>((resolve) => {
    const socket = createConnection({
      host: settings.listen.host,
      port: settings.listen.port,
      timeout: 2_000,
    });
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
    socket.once('timeout', answer(false));
  });
  const ours = runningPrograms(settings).gateway !== undefined;
  if (taken && !ours) {
    return {
      level: 'problem',
      text: `${address} is used by another program`,
      advice: 'Stop it, or choose another address with --listen HOST:PORT.',
    };
  }
  return { level: 'ok', text: ours ? `the gateway serves at ${address}` : `${address} is free` };
}

function programs(settings: Settings): Finding {
  const { control, gateway, supervisor } = runningPrograms(settings);
  if (control === undefined && gateway === undefined)
    return { level: 'note', text: 'OpenEAS is not running', advice: '`npx openeas start`' };
  const missing = Object.entries({ control, gateway, supervisor }).filter(
    ([, record]) => record === undefined,
  );
  if (missing.length === 0) return { level: 'ok', text: 'supervisor, gateway and control run' };
  const names = missing.map(([name]) => name).join(' and ');
  return {
    level: 'problem',
    text: `${names} not running`,
    advice: '`npx openeas start` adopts what runs and starts the rest.',
  };
}

function isolation(): Finding {
  const found = spawnSync('bwrap', ['--version'], { stdio: 'ignore' }).status === 0;
  const text =
    'instances run as plain processes of this user: they are not isolated from its files, processes and network';
  return {
    level: 'note',
    text,
    advice: found
      ? 'Only built-in processors run in this version; a sandbox for user code comes with custom processors.'
      : 'Only built-in processors run in this version, so no code of others is executed.',
  };
}
