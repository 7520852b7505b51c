// Twice the capacity, open loop: requests come at a fixed rate whatever happens to those before. Peers of the same run:
// the peak of the same instance; and for refusals, answers that pass no queue (401) of the same instance, which take as
// long as machine and sockets do. Goals: goodput at least 90 % of the peak, refusals (450) in under 5 ms, memory flat.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { startInstance, TOKEN } from './instance.mjs';
import { quantile, startLoad } from './load.mjs';
import { machineFacts } from './machine-facts.mjs';

const BODY = '[1,2]';
const PROBES_PER_S = 50;

/** `args`: `--seconds N` of overload (default 60), `--factor N` (default 2), `--cost N` = milliseconds a call takes (default 2). */
export async function run(args = []) {
  const option = (name, fallback) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const seconds = option('seconds', 60);
  const factor = option('factor', 2);
  const cost = option('cost', 2);
  // One thread computes: the other core is left to the sockets and to this load.
  const instance = await startInstance({
    processor: 'test-doubling',
    modelConfig: String(cost),
    rpc: { workerThreads: 1 },
  });
  try {
    process.stdout.write(`${machineFacts()}\none thread, ${cost} ms a call, queue of 64\n`);
    const before = await closedLoop(instance, 5);
    process.stdout.write(`peak before: ${before.toFixed(0)} answers/s\n`);
    const memory = [];
    const sampling = setInterval(() => memory.push(residentMiB(instance.pid)), 1000);
    const lag = monitorEventLoopDelay({ resolution: 1 });
    lag.enable();
    const probe = startLoad({
      port: instance.port,
      path: '/api/predict/demo',
      headers: { authorization: 'nobody' },
      body: BODY,
      connections: 1,
      rate: PROBES_PER_S,
    });
    const result = await openLoop(instance.port, before * factor, seconds);
    const { latencies: probes } = await probe.stop();
    lag.disable();
    clearInterval(sampling);
    const after = await closedLoop(instance, 5);
    process.stdout.write(`peak after: ${after.toFixed(0)} answers/s\n`);
    const peak = (before + after) / 2;
    const goodput = result.answered.length / seconds;
    const half = memory.length >> 1;
    const largest = (values) => Math.max(0, ...values);
    process.stdout.write(
      `${(before * factor).toFixed(0)} requests/s for ${seconds} s: ${result.answered.length} answered, ${result.refused.length} refused (450), ${result.other.size === 0 ? 'nothing else' : JSON.stringify([...result.other])}\n` +
        `goodput / peak: ${(goodput / peak).toFixed(2)} (goal 0.90)\n` +
        `answers: p50 ${quantile(result.answered, 0.5).toFixed(1)} ms, p99 ${quantile(result.answered, 0.99).toFixed(1)} ms\n` +
        `refusals: p50 ${quantile(result.refused, 0.5).toFixed(2)} ms, p99 ${quantile(result.refused, 0.99).toFixed(2)} ms (goal 5 ms)\n` +
        `answers without a queue (401): p50 ${quantile(probes, 0.5).toFixed(2)} ms, p99 ${quantile(probes, 0.99).toFixed(2)} ms; refusals / these: p50 ${(quantile(result.refused, 0.5) / quantile(probes, 0.5)).toFixed(2)}, p99 ${(quantile(result.refused, 0.99) / quantile(probes, 0.99)).toFixed(2)}\n` +
        `this load came late by: p50 ${(lag.percentile(50) / 1e6).toFixed(2)} ms, p99 ${(lag.percentile(99) / 1e6).toFixed(2)} ms\n` +
        `memory: at most ${largest(memory.slice(0, half))} MiB in the first half, ${largest(memory.slice(half))} MiB in the second\n`,
    );
    return { goodput: goodput / peak, refusalMs: quantile(result.refused, 0.5) };
  } finally {
    await instance.stop();
  }
}

async function closedLoop(instance, seconds) {
  const headers = { authorization: TOKEN };
  const load = startLoad({
    port: instance.port,
    path: '/api/predict/demo',
    headers,
    body: BODY,
    connections: 8,
  });
  setTimeout(() => load.stop(), seconds * 1000);
  const result = await load.done;
  return result.ok / result.seconds;
}

/** Connections are opened ahead, so that a refusal's time is the server's and not that of a handshake. */
async function openLoop(port, rate, seconds) {
  const answered = [];
  const refused = [];
  const other = new Map();
  const spare = [];
  const request = Buffer.from(
    `POST /api/predict/demo HTTP/1.1\r\nhost: x\r\nauthorization: ${TOKEN}\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
  );
  let open = 0;
  let inFlight = 0;
  const note = (key) => other.set(key, (other.get(key) ?? 0) + 1);
  const prepare = () => {
    open++;
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.waiting = undefined;
    socket.once('connect', () => spare.push(socket));
    socket.on('error', (error) => note(error.code));
    socket.once('close', () => {
      open--;
      if (socket.waiting !== undefined) {
        note('closed without an answer');
        inFlight--;
      }
      const at = spare.indexOf(socket);
      if (at >= 0) spare.splice(at, 1);
    });
    // Answers here are small: each comes in one piece.
    socket.on('data', (chunk) => {
      const head = chunk.toString('latin1');
      if (socket.waiting === undefined || !head.startsWith('HTTP/1.1 ')) return;
      const status = Number(head.slice(9, 12));
      const took = performance.now() - socket.waiting;
      socket.waiting = undefined;
      inFlight--;
      if (status === 200) answered.push(took);
      else if (status === 450) refused.push(took);
      else note(status);
      if (/connection: close/i.test(head)) socket.end();
      else spare.push(socket);
    });
  };
  const KEPT_READY = 100;
  while (open < KEPT_READY) prepare();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const began = performance.now();
  let sent = 0;
  while (performance.now() - began < seconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; sent < due; sent++) {
      const socket = spare.shift();
      if (socket === undefined) {
        note('no connection ready');
        continue;
      }
      socket.waiting = performance.now();
      inFlight++;
      socket.write(request);
    }
    while (open < KEPT_READY + inFlight) prepare();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const socket of spare) socket.destroy();
  return { answered, refused, other };
}

function residentMiB(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv.slice(2));
