// Batching on against off, on a processor whose call costs the same for one row and for many (as a tensor engine's
// does). Peer = the same instance without batching in the same run. At concurrency 1 it must not be slower.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startInstance, TOKEN } from './instance.mjs';
import { machineFacts, median } from './machine-facts.mjs';
import { postScript, showRound, wrkRound } from './wrk-load.mjs';

/** `args`: `--seconds N` (default 4), `--rounds N` (default 3), `--cost N` = milliseconds a call takes (default 2). */
export async function run(args = []) {
  const option = (name, fallback) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const seconds = option('seconds', 4);
  const rounds = option('rounds', 3);
  const cost = option('cost', 2);
  const loadCores = `0-${availableParallelism() - 1}`;
  const folder = mkdtempSync(join(tmpdir(), 'openeas-bench-'));
  const stops = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const script = join(folder, 'post.lua');
    writeFileSync(script, postScript('[1,2]', { Authorization: TOKEN }));
    const start = async (name, rpc) => {
      const instance = await startInstance({
        processor: 'test-doubling',
        modelConfig: String(cost),
        rpc: { workerThreads: 1, maxQueueSize: 256, ...rpc },
      });
      stops.push(() => instance.stop());
      return { name, instance };
    };
    const peers = [
      await start('unbatched', {}),
      await start('batched', { batching: true, maxBatchSize: 32, maxBatchTimeout: 50 }),
    ];
    process.stdout.write(
      `${machineFacts()}\none thread, ${cost} ms a call, 2 rows a request, ${rounds} rounds of ${seconds} s\n`,
    );
    const ratios = {};
    for (const connections of [1, 4, 32]) {
      for (const peer of peers) peer.results = [];
      for (let n = 0; n < rounds; n++) {
        for (const { name, instance, results } of n % 2 === 0 ? peers : peers.toReversed()) {
          const result = await wrkRound({
            url: instance.url,
            pid: instance.pid,
            script,
            seconds,
            connections,
            cpus: loadCores,
          });
          if (result.errors > 0) throw new Error(`${name}: ${result.errors} answers were not 200`);
          results.push(result);
          process.stdout.write(showRound(`${name}, ${connections}`, result));
        }
      }
      const ratio = (key) =>
        median(peers[1].results.map((each) => each[key])) / median(peers[0].results.map((each) => each[key]));
      ratios[connections] = ratio('perSecond');
      process.stdout.write(
        `batched / unbatched at ${connections}: throughput ${ratio('perSecond').toFixed(2)}, p50 ${ratio('p50').toFixed(2)}, p99 ${ratio('p99').toFixed(2)}\n`,
      );
    }
    const { instance } = peers[1];
    for (const reason of ['rows', 'bytes', 'timeout', 'deadline', 'nobody-else']) {
      process.stdout.write(
        `released because of ${reason}: ${await instance.metric(`openeas_runtime_batches_released_total{reason="${reason}"}`)}\n`,
      );
    }
    const rows =
      (await instance.metric('openeas_runtime_batch_rows_sum')) /
      (await instance.metric('openeas_runtime_batch_rows_count'));
    process.stdout.write(`rows a batch, mean: ${rows.toFixed(1)}\n`);
    return ratios;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv.slice(2));
