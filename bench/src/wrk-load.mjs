// One round of wrk against a server of known pid: throughput, latency, and the CPU time each request cost the server.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cpuSeconds } from './machine-facts.mjs';

/** `cpus` = cores for wrk, as taskset takes them. */
export async function wrkRound({ url, pid, script, seconds, connections, cpus }) {
  const before = cpuSeconds(pid);
  const { stdout } = await promisify(execFile)('taskset', [
    '-c',
    cpus,
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}`,
    '--latency',
    '-s',
    script,
    url,
  ]);
  const cpu = cpuSeconds(pid) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
    cpuMicros: (cpu / requests) * 1e6,
    p50: milliseconds(/^\s+50%\s+(\S+)/m.exec(stdout)[1]),
    p99: milliseconds(/^\s+99%\s+(\S+)/m.exec(stdout)[1]),
    errors: Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0),
  };
}

export function showRound(name, { perSecond, cpuMicros, p50, p99, errors }) {
  const figures = `${perSecond.toFixed(0).padStart(7)} req/s  ${cpuMicros.toFixed(1).padStart(6)} us CPU/req  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`;
  return `${name.padEnd(22)} ${figures}${errors > 0 ? `  ${errors} ERRORS` : ''}\n`;
}

/** A script for wrk that posts `body` with `headers`. */
export function postScript(body, headers) {
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  return `wrk.method = "POST"\nwrk.body = [==[${body}]==]\n${lines.join('\n')}\n`;
}

function milliseconds(text) {
  const [, value, unit] = /^([\d.]+)(us|ms|s)$/.exec(text);
  return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
}
