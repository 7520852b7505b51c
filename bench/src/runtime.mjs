// The runtime against FastAPI on uvicorn (uvloop, httptools): token check and JSON echo, on one and the same core,
// wrk on another. CPU per request does not depend on who else uses the machine; goal: at least 2 times the throughput.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startInstance, TOKEN } from './instance.mjs';
import { machineFacts, median } from './machine-facts.mjs';
import { startFastApi } from './peers/fastapi.mjs';
import { postScript, showRound, wrkRound } from './wrk-load.mjs';

const BODY = JSON.stringify([{ a: 1, b: 2.5, c: 'x'.repeat(113) }]);
const HEART = fileURLToPath(new URL('../../examples/heart-disease/heart-disease.pmml', import.meta.url));
const HEART_BODY =
  '[{"sex":0,"cp":0,"fbs":0,"restecg":0,"exang":0,"slop":0,"thal":0,"age":0,"trestbps":0,"chol":0,"thalach":0,"oldpeak":0,"ca":0}]';

/** `args`: `--seconds N` (default 5), `--rounds N` (default 3), `--connections N` (default 32). */
export async function run(args = []) {
  const option = (name, fallback) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const seconds = option('seconds', 5);
  const rounds = option('rounds', 3);
  const connections = option('connections', 32);
  const serverCore = '0';
  const loadCores = availableParallelism() > 1 ? `1-${availableParallelism() - 1}` : '0';
  const folder = mkdtempSync(join(tmpdir(), 'openeas-bench-'));
  const stops = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const headers = { Authorization: TOKEN, 'Content-Type': 'application/json' };
    const echoScript = join(folder, 'echo.lua');
    const heartScript = join(folder, 'heart.lua');
    writeFileSync(echoScript, postScript(BODY, headers));
    writeFileSync(heartScript, postScript(HEART_BODY, headers));
    const start = async (name, starting, script) => {
      const server = await starting;
      stops.push(() => server.stop());
      return { name, script, server, results: [] };
    };
    const peers = [
      await start('FastAPI, JSON echo', startFastApi({ token: TOKEN, cpus: serverCore }), echoScript),
      await start(
        'runtime, JSON echo',
        startInstance({ processor: 'test-json', cpus: serverCore }),
        echoScript,
      ),
      await start(
        'runtime, pmml',
        startInstance({ processor: 'pmml', modelEntry: HEART, cpus: serverCore }),
        heartScript,
      ),
    ];
    process.stdout.write(
      `${machineFacts()}\n${BODY.length}-byte POST, ${connections} connections, ${rounds} rounds of ${seconds} s, server on core ${serverCore}\n`,
    );
    const round = ({ server, script }, length) =>
      wrkRound({ url: server.url, pid: server.pid, script, seconds: length, connections, cpus: loadCores });
    for (const peer of peers) await round(peer, 2); // warm
    for (let n = 0; n < rounds; n++) {
      for (const peer of peers) {
        const result = await round(peer, seconds);
        if (result.errors > 0) throw new Error(`${peer.name}: ${result.errors} answers were not 200`);
        peer.results.push(result);
        process.stdout.write(showRound(peer.name, result));
      }
    }
    const of = (index, key) => median(peers[index].results.map((result) => result[key]));
    const ratio = (index, key) => of(index, key) / of(0, key);
    for (const index of [1, 2]) {
      process.stdout.write(
        `${peers[index].name} / FastAPI: throughput ${ratio(index, 'perSecond').toFixed(2)} (goal 2), CPU per request ${ratio(index, 'cpuMicros').toFixed(2)}, p50 ${ratio(index, 'p50').toFixed(2)}, p99 ${ratio(index, 'p99').toFixed(2)}\n`,
      );
    }
    return { throughput: ratio(1, 'perSecond'), cpu: ratio(1, 'cpuMicros') };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv.slice(2));
