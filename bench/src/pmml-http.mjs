// `npm run bench -- pmml-http [REQUESTS]`: a JSON request of 1 and of 1,000 rows to a PMML service through the gateway
// of a real installation: where the time goes (the service's own breakdown), and JSON beside scoring.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, startInstallation } from './installation.mjs';
import { loadEngine, prepareModels, readRows } from './pmml-files.mjs';

const MODELS = ['logistic-regression', 'random-forest'];
const SIZES = [1, 1000];
const STEPS = [
  'gateway',
  'receive',
  'queue',
  'batch',
  'handover',
  'decode',
  'compute',
  'encode',
  'write',
  'total',
];

export async function run([requests = '200']) {
  const folder = prepareModels();
  const rows = readRows(join(folder, 'rows.csv'));
  const installation = await startInstallation();
  try {
    for (const name of MODELS) {
      const file = join(folder, `${name}.pmml`);
      const service = await deploy(installation, name.replaceAll('-', '_'), file);
      for (const size of SIZES) await measure(service, name, rows.slice(0, size), Number(requests));
      await inProcess(file, name, rows.slice(0, 1000));
    }
  } finally {
    await installation.close();
  }
}

async function deploy(installation, name, file) {
  const body = { name, processor: 'pmml', model_path: file, metadata: { instance: 1, cpu: 1 } };
  await installation.client.call('CreateService', { body });
  return installation.until(name, 'Running');
}

async function measure(service, name, rows, requests) {
  const body = JSON.stringify(rows);
  const headers = { Authorization: service.AccessToken, 'x-openeas-timing': '1' };
  const seen = new Map();
  const whole = [];
  let received = 0;
  for (let i = 0; i < requests * 2; i++) {
    const start = performance.now();
    const answer = await fetch(service.InternetEndpoint, { method: 'POST', headers, body });
    const text = await answer.text();
    const took = performance.now() - start;
    if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${text.slice(0, 200)}`);
    received = text.length;
    // The first half warms it up.
    if (i < requests) continue;
    whole.push(took);
    const timing = answer.headers.get('x-openeas-timing') ?? answer.headers.get('server-timing') ?? '';
    for (const [, step, ms] of timing.matchAll(/([\w-]+);dur=([\d.]+)/g)) {
      seen.set(step, [...(seen.get(step) ?? []), Number(ms)]);
    }
  }
  console.log(
    `\n${name}, ${rows.length} rows (${body.length} bytes in, ${received} out), one caller, median of ${requests}: ${median(whole).toFixed(3)} ms`,
  );
  const steps = STEPS.filter((step) => seen.has(step));
  console.log(`  ${steps.map((step) => `${step} ${median(seen.get(step)).toFixed(3)}`).join('  ')}`);
}

/** The same in one process: what parsing, scoring and writing 1,000 rows take of the CPU. */
async function inProcess(file, name, rows) {
  const { loadPmmlSync } = await loadEngine();
  const model = loadPmmlSync(readFileSync(file));
  const body = JSON.stringify(rows);
  const values = model.predictBatch(rows).map((row) => row.value);
  const parts = {
    parse: perRow(() => JSON.parse(body), rows.length),
    score: perRow(() => model.predictBatch(rows), rows.length),
    write: perRow(() => JSON.stringify(values), rows.length),
  };
  const shown = Object.entries(parts).map(([part, us]) => `${part} ${us.toFixed(2)}`);
  console.log(`${name}, 1,000 rows in one process, µs of CPU a row: ${shown.join('  ')}`);
  console.log(
    `  JSON takes ${((parts.parse + parts.write) / parts.score).toFixed(1)} times as long as scoring`,
  );
}

function perRow(work, rows) {
  let best = Infinity;
  for (let round = 0; round < 6; round++) {
    const start = process.cpuUsage();
    let count = 0;
    let used = 0;
    while (used < 300_000) {
      work();
      count++;
      const { user, system } = process.cpuUsage(start);
      used = user + system;
    }
    best = Math.min(best, used / count / rows);
  }
  return best;
}
