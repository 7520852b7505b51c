// Many services, created one after the other and listed: does any step grow with the number there are?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEART_MODEL, median, residentMegabytes, startInstallation } from './installation.mjs';

const QUARTERS = 4;

export async function run([count = '200']) {
  const total = Number(count);
  const installation = await startInstallation();
  try {
    const steps = { create: [], running: [], predict: [], describe: [], list: [] };
    for (let index = 0; index < total; index++) {
      const name = `bench_${index}`;
      const body = { name, processor: 'pmml', model_path: HEART_MODEL, metadata: { instance: 1, cpu: 0.1 } };
      await timed(steps.create, () => installation.client.call('CreateService', { body }));
      const service = await timed(steps.running, () => installation.until(name, 'Running'));
      await timed(steps.predict, async () => {
        const headers = { Authorization: service.AccessToken };
        const answer = await fetch(service.InternetEndpoint, { method: 'POST', headers, body: '[{}]' });
        if (answer.status !== 200)
          throw new Error(`${name} answered ${answer.status}: ${await answer.text()}`);
        await answer.arrayBuffer();
      });
      await timed(steps.describe, () => installation.describe(name));
      await timed(steps.list, () => installation.client.call('ListServices', { query: { PageSize: 20 } }));
    }
    console.log(`\n${total} services, one instance each; median milliseconds per quarter of the run`);
    console.log('step       first    2nd      3rd      last     last/first');
    for (const [step, times] of Object.entries(steps)) {
      const quarters = Array.from({ length: QUARTERS }, (_, q) =>
        median(times.slice((q * total) / QUARTERS, ((q + 1) * total) / QUARTERS)),
      );
      const cells = quarters.map((ms) => ms.toFixed(1).padEnd(8)).join(' ');
      console.log(`${step.padEnd(10)} ${cells} ${(quarters.at(-1) / quarters[0]).toFixed(2)}`);
    }
    const whole = [];
    await timed(whole, () => installation.client.call('ListServices', { query: { PageSize: total } }));
    console.log(`list all ${total} in one page: ${whole[0].toFixed(1)} ms`);
    const instances = instancePids(installation.home).map(residentMegabytes);
    console.log(
      `control ${residentMegabytes(installation.pid('control')).toFixed(0)} MB, gateway ${residentMegabytes(installation.pid('gateway')).toFixed(0)} MB, instance ${median(instances).toFixed(0)} MB (median)`,
    );
  } finally {
    await installation.close();
  }
}

async function timed(times, work) {
  const started = performance.now();
  const result = await work();
  times.push(performance.now() - started);
  return result;
}

function instancePids(home) {
  const folder = join(home, 'instances');
  return readdirSync(folder).map(
    (id) => JSON.parse(readFileSync(join(folder, id, 'state.json'), 'utf8')).pid,
  );
}
