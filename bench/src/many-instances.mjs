// Fifty services of two instances each, created, updated and deleted at once: time, memory, and what rest costs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEART_MODEL, median, residentMegabytes, startInstallation } from './installation.mjs';
import { poll } from './lifecycle-phases.mjs';

const INSTANCES = 2;
/** Long enough for one pass over all services in case a notice was lost (every 60 s). */
const REST_MS = 65_000;
const TICKS_PER_SECOND = 100;

export async function run([count = '50']) {
  const total = Number(count);
  const names = Array.from({ length: total }, (_, index) => `many_${index}`);
  const installation = await startInstallation();
  const { client } = installation;
  const rows = [];
  /** Makes the call for every service at once, then waits until all are as wanted. */
  const step = async (change, call, complete) => {
    const started = performance.now();
    await Promise.all(names.map(call));
    const accepted = performance.now();
    await poll(`${change} of ${total} services`, complete, 600_000);
    const processes = instancePids(installation.home);
    rows.push({
      change,
      'accepted s': seconds(accepted - started),
      'complete s': seconds(performance.now() - started),
      'control MB': residentMegabytes(installation.pid('control')).toFixed(0),
      'gateway MB': residentMegabytes(installation.pid('gateway')).toFixed(0),
      processes: processes.length,
      'instance MB': processes.length === 0 ? '' : median(processes.map(residentMegabytes)).toFixed(0),
    });
  };
  const services = async () =>
    (await client.call('ListServices', { query: { PageSize: 1000 } })).Services ?? [];
  const running = (version) => async () => {
    const all = await services();
    return (
      all.length === total &&
      all.every(({ Status, CurrentVersion }) => Status === 'Running' && CurrentVersion === version)
    );
  };
  try {
    const description = { processor: 'pmml', model_path: HEART_MODEL };
    await step(
      'create',
      (name) => {
        const body = { name, ...description, metadata: { instance: INSTANCES, cpu: 0.1 } };
        return client.call('CreateService', { body });
      },
      running(1),
    );
    const before = cpuSeconds(installation.pid('control'));
    const passesBefore = await unchangedPasses(installation);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const rest = cpuSeconds(installation.pid('control')) - before;
    const passes = await unchangedPasses(installation);
    const restMegabytes = residentMegabytes(installation.pid('control'));
    await step(
      'update',
      (name) => client.call('UpdateService', { path: path(name), body: description }),
      running(2),
    );
    await step(
      'delete',
      (name) => client.call('DeleteService', { path: path(name) }),
      async () => (await services()).length === 0,
    );
    console.log(`\n${total} services × ${INSTANCES} instances, all changed at once`);
    console.table(rows);
    console.log(
      `at rest: control takes ${((rest / REST_MS) * 100_000).toFixed(2)} % of a core (it looks after ${total * INSTANCES} instances) and ${restMegabytes.toFixed(0)} MB`,
    );
    const count = passes.count - passesBefore.count;
    console.log(
      `a reconcile that changes nothing: ${(((passes.seconds - passesBefore.seconds) / count) * 1000).toFixed(2)} ms on average of ${count}`,
    );
  } finally {
    await installation.close();
  }
}

/** Passes of the reconciler that found nothing to do, and their time together. */
async function unchangedPasses({ home }) {
  const { host, port } = JSON.parse(readFileSync(join(home, 'run', 'control.json'), 'utf8'));
  const text = await (await fetch(`http://${host}:${port}/metrics`)).text();
  const value = (name) =>
    Number(
      new RegExp(`^openeas_control_reconcile_seconds_${name}\\{outcome="unchanged"\\} (.+)$`, 'm').exec(
        text,
      )?.[1] ?? 0,
    );
  return { count: value('count'), seconds: value('sum') };
}

function path(name) {
  return { ClusterId: 'local', ServiceName: name };
}

function seconds(ms) {
  return (ms / 1000).toFixed(1);
}

/** User and system time of a process so far (Linux). */
function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function instancePids(home) {
  const folder = join(home, 'instances');
  return readdirSync(folder).flatMap((id) => {
    try {
      return [JSON.parse(readFileSync(join(folder, id, 'state.json'), 'utf8')).pid];
    } catch {
      return [];
    }
  });
}
