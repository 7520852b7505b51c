// Progress for people who wait: one line a step, with the time it took; details only when a step fails.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const cache = join(root, 'node_modules', '.cache', 'openeas');

export async function step(title, work) {
  const started = Date.now();
  const live = process.stderr.isTTY;
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  let ticker;
  if (live) {
    process.stderr.write(`  … ${title}`);
    ticker = setInterval(() => process.stderr.write(`\r  … ${title} (${seconds()})`), 1000);
  } else {
    process.stderr.write(`  … ${title}\n`);
  }
  try {
    const result = await work();
    process.stderr.write(`${live ? '\r\u001b[K' : ''}  ✓ ${title} (${seconds()})\n`);
    return result;
  } catch (error) {
    process.stderr.write(`${live ? '\r\u001b[K' : ''}  ✗ ${title} (${seconds()})\n`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/** Runs a command to its end; its output is shown only if it fails. Resolves with that output. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output = (output + text).slice(-200_000);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(output);
      const error = new Error(
        `\`${command} ${args.join(' ')}\` failed (exit code ${code}):\n${output.trim()}`,
      );
      error.output = output;
      reject(error);
    });
  });
}

/**
 * Runs a command with the terminal handed through; resolves with its exit code. `forward` names the signals
 * that are left to the command: a terminal sends them to it anyway, others (npm, a service manager) only to us.
 */
export function passThrough(command, args, options = {}, forward = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    for (const signal of forward) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

export function fail(error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** True when `stamp` was written after every one of `inputs` last changed. */
export function isFresh(stamp, inputs) {
  if (!existsSync(stamp)) return false;
  const at = statSync(stamp).mtimeMs;
  return inputs.every((input) => existsSync(join(root, input)) && statSync(join(root, input)).mtimeMs <= at);
}

export function writeStamp(stamp, text = '') {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, text);
}

export { existsSync, join, readFileSync, rmSync };
