import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './workspace.js';

const SOURCES = join(ROOT, 'test', 'go');
const CACHE = join(ROOT, 'node_modules', '.cache', 'openeas', 'go');
/** The module has no tags; this is the head of its repository when the test was written. */
const MODULE = 'github.com/pai-eas/eas-golang-sdk@00e73554e3e551b96156f571625473f87fd6bc84';

let made: { program: string } | { unavailable: string } | undefined;

/** The program of `test/go`, built once against the official module; or why it cannot be had here. */
export function goProgram(): { program: string } | { unavailable: string } {
  made ??= build();
  return made;
}

function build(): { program: string } | { unavailable: string } {
  if (spawnSync('go', ['version']).error !== undefined) return { unavailable: 'go is not installed' };
  const program = join(CACHE, 'prediction_client');
  mkdirSync(CACHE, { recursive: true });
  copyFileSync(join(SOURCES, 'prediction_client.go'), join(CACHE, 'prediction_client.go'));
  if (!existsSync(join(CACHE, 'go.sum'))) {
    rmSync(join(CACHE, 'go.mod'), { force: true });
    for (const args of [
      ['mod', 'init', 'openeas.test/prediction-client'],
      ['get', MODULE],
      ['mod', 'tidy'],
    ]) {
      const done = go(args);
      if (done.status !== 0) {
        rmSync(join(CACHE, 'go.sum'), { force: true });
        return { unavailable: `go ${args.join(' ')}: ${firstReason(done.stderr)}` };
      }
    }
  }
  const built = go(['build', '-o', program, '.']);
  if (built.status !== 0) throw new Error(built.stderr);
  return { program };
}

/** Runs the program with `input` as JSON on its standard input; returns the JSON that it printed. */
export async function runGo(program: string, input: unknown): Promise<unknown> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {}); // It may end without reading.
  child.stdin.end(JSON.stringify(input));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout);
}

function go(args: readonly string[]): { status: number | null; stderr: string } {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GO111MODULE: 'on' };
  return spawnSync('go', args, { cwd: CACHE, encoding: 'utf8', env, timeout: 120_000 });
}

function firstReason(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /reading|dial|not found|invalid/.test(line)) ?? lines.at(-1) ?? '';
}
