import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './workspace.js';

const CACHE = join(ROOT, 'node_modules', '.cache', 'openeas', 'python');

/** A virtual environment with the packages, made once per clone; or why it cannot be had here. */
export function pythonWith(
  name: string,
  requirements: readonly string[],
): { python: string } | { unavailable: string } {
  const folder = join(CACHE, name);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements.txt');
  if (existsSync(stamp)) return { python };
  if (spawnSync('python3', ['--version']).status !== 0) return { unavailable: 'python3 is not installed' };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const venv = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' });
  if (venv.status !== 0)
    return { unavailable: `python3 -m venv failed: ${lastLine(venv.stdout + venv.stderr)}` };
  const pip = spawnSync(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements],
    {
      encoding: 'utf8',
    },
  );
  if (pip.status !== 0) return { unavailable: `pip install failed: ${lastLine(pip.stderr)}` };
  writeFileSync(stamp, `${requirements.join('\n')}\n`);
  return { python };
}

/**
 * Runs a script of `test/python/` with `input` as JSON on its standard input and returns what it printed as JSON;
 * a failure carries its stderr.
 */
export async function runPython(
  python: string,
  script: string,
  args: readonly string[],
  input: unknown = null,
): Promise<unknown> {
  const child = spawn(python, [join(ROOT, 'test', 'python', script), ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {}); // It may end without reading.
  child.stdin.end(JSON.stringify(input));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
