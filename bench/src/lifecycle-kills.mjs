// SIGKILL of control, a gateway worker, the gateway with its workers, or an instance at random moments of an update: what does it cost?
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEART_MODEL } from './installation.mjs';
import { poll, settle } from './lifecycle-phases.mjs';
import { quantile, startLoad } from './load.mjs';

const KINDS = ['control', 'worker', 'gateway', 'instance'];
const LABELS = { worker: 'gateway worker', gateway: 'gateway, all of it' };
const ROUNDS = 5;

/** Those that the arguments name, all when they name none. */
export function kindsOfKill(args) {
  const named = KINDS.filter((kind) => args.includes(kind));
  return named.length === 0 ? KINDS : named;
}

/** An update each round, with one kill in its midst; then a table of what clients saw. */
export async function runKills(installation, target, rate, kinds) {
  const { client } = installation;
  const path = { ClusterId: 'local', ServiceName: 'lifecycle' };
  const rows = [];
  for (const kind of kinds) {
    const load = startLoad({ ...target, rate });
    let longest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { LatestVersion } = await settle(client, 'lifecycle');
      const body = { processor: 'pmml', model_path: HEART_MODEL };
      const started = performance.now();
      await client.call('UpdateService', { path, body });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3_000));
      kill(installation, kind);
      await poll('the update is complete', async () => {
        const service = await installation.describe('lifecycle');
        return service.Status === 'Running' && service.CurrentVersion === LatestVersion + 1;
      });
      longest = Math.max(longest, performance.now() - started);
    }
    const { sent, failed, failures, latencies } = await load.stop();
    rows.push({
      killed: `${LABELS[kind] ?? kind} × ${ROUNDS}`,
      requests: sent,
      failed,
      'how they failed': [...failures].map(([what, count]) => `${what}: ${count}`).join(', '),
      'p99 ms': quantile(latencies, 0.99).toFixed(1),
      'max ms': Math.max(...latencies.slice(-100_000)).toFixed(0),
      'longest update s': (longest / 1000).toFixed(1),
    });
  }
  console.table(rows);
  console.log('at most as many requests as there are connections are in flight in a process that is killed');
}

function kill(installation, kind) {
  const pid = pidOf(installation, kind);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

function pidOf(installation, kind) {
  if (kind === 'instance') return anyInstance(installation.home);
  if (kind !== 'worker') return installation.pid(kind);
  const workers = execFileSync('pgrep', ['-P', String(installation.pid('gateway'))], { encoding: 'utf8' });
  return Number(workers.split('\n')[0]);
}

function anyInstance(home) {
  const folder = join(home, 'instances');
  const pids = readdirSync(folder).flatMap((id) => {
    try {
      const { serviceName } = JSON.parse(readFileSync(join(folder, id, 'instance.json'), 'utf8'));
      const { pid } = JSON.parse(readFileSync(join(folder, id, 'state.json'), 'utf8'));
      return serviceName === 'lifecycle' ? [pid] : [];
    } catch {
      return [];
    }
  });
  const alive = pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
  return alive[Math.floor(Math.random() * alive.length)];
}
