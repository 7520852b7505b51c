// The life of a service at 70 % of its capacity, over kept connections: which change loses a request?

import { HEART_MODEL, HEART_REQUEST, startInstallation } from './installation.mjs';
import { kindsOfKill, runKills } from './lifecycle-kills.mjs';
import { lifecyclePhases, receiptOf, settle } from './lifecycle-phases.mjs';
import { quantile, startLoad } from './load.mjs';

const CONNECTIONS = 16;
const SHARE = 0.7;
const TOTAL = { full: 100_000, quick: 10_000 };

/** `lifecycle [quick] [kills]`: the changes; with `kills` also what a SIGKILL of each program costs. */
export async function run(args) {
  const installation = await startInstallation();
  try {
    const { client } = installation;
    for (const [name, instance] of [
      ['lifecycle', 2],
      ['other', 1],
    ]) {
      const metadata = { instance, cpu: 0.1 };
      await client.call('CreateService', {
        body: { name, processor: 'pmml', model_path: HEART_MODEL, metadata },
      });
      await settle(client, name);
    }
    const service = await installation.describe('lifecycle');
    const target = {
      port: Number(new URL(installation.url).port),
      path: '/api/predict/lifecycle',
      headers: { authorization: service.AccessToken },
      body: HEART_REQUEST,
      connections: CONNECTIONS,
    };
    const capacity = await measureCapacity(target);
    const rate = Math.floor(capacity * SHARE);
    console.log(
      `capacity of 2 instances: ${capacity.toFixed(0)} requests/s (${CONNECTIONS} kept connections); load: ${rate}/s\n`,
    );
    if (!args.includes('kills')) {
      const total = args.includes('quick') ? TOTAL.quick : TOTAL.full;
      await runPhases(client, target, rate, total);
    } else {
      await runKills(installation, target, rate, kindsOfKill(args));
    }
  } finally {
    await installation.close();
  }
}

async function measureCapacity(target) {
  const warm = startLoad({ ...target });
  await pause(2_000);
  await warm.stop();
  const load = startLoad({ ...target });
  await pause(4_000);
  const { ok, seconds } = await load.stop();
  return ok / seconds;
}

async function runPhases(client, target, rate, total) {
  const phases = lifecyclePhases({ client, name: 'lifecycle', other: 'other', model: HEART_MODEL });
  const load = startLoad({ ...target, rate });
  const { result } = load;
  const rows = [];
  try {
    for (const [index, phase] of phases.entries()) {
      const from = { sent: result.sent, failed: result.failed, at: performance.now() };
      const answer = await phase.run();
      const seconds = (performance.now() - from.at) / 1000;
      // The share of the requests that falls to this phase, and its end on steady ground.
      while (result.sent < ((index + 1) * total) / phases.length) await pause(50);
      const receipt = await receiptOf(client, answer);
      const latencies = result.latencies.slice(from.sent);
      rows.push({
        phase: phase.name,
        requests: result.sent - from.sent,
        failed: result.failed - from.failed,
        'p50 ms': quantile(latencies, 0.5).toFixed(1),
        'p99 ms': quantile(latencies, 0.99).toFixed(1),
        'change s': seconds.toFixed(1),
        receipt: receiptWords(receipt),
      });
    }
  } finally {
    await load.stop();
  }
  console.table(rows);
  const failures = [...result.failures].map(([what, count]) => `${what}: ${count}`).join(', ');
  console.log(
    `${result.sent} requests, ${result.failed} failed${failures === '' ? '' : ` (${failures})`}, ${result.reconnects} reconnects`,
  );
}

function receiptWords(receipt) {
  if (receipt === undefined) return '';
  const { accepted, answered2xx, failed, redispatched } = receipt.total;
  const words = `${accepted - redispatched} in, ${answered2xx} answered, ${failed} failed, ${redispatched} re-dispatched`;
  return receipt.incomplete === '' ? words : `${words} (incomplete: ${receipt.incomplete})`;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
