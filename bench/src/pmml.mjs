// `npm run bench -- pmml [SECONDS]`: the same models and rows through this engine and through JPMML-Evaluator, one
// thread each; tree ensembles also against XGBoost's and LightGBM's own batch prediction. Everything that is fetched
// or trained stays in a cache folder (OPENEAS_BENCH_CACHE, or openeas-bench below the system's temporary folder).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = process.env.OPENEAS_BENCH_CACHE ?? join(tmpdir(), 'openeas-bench');
const MODELS = [
  'logistic-regression',
  'small-tree',
  'random-forest',
  'xgboost',
  'lightgbm',
  'neural-network',
  'svm',
  'scorecard',
];
const JPMML = '1.7.7';
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>jpmml</artifactId><version>1</version>
  <dependencies><dependency><groupId>org.jpmml</groupId><artifactId>pmml-evaluator-metro</artifactId>
  <version>${JPMML}</version></dependency></dependencies>
</project>`;

/** Runs the scenario. @param {readonly string[]} args seconds per measurement, default 2 */
export async function run(args) {
  const seconds = Number(args[0] ?? 2);
  const { loadPmmlSync } = await import('@openeas/pmml').catch(
    () => import('../../packages/pmml/dist/index.js'),
  );
  const models = prepareModels();
  const reference = prepareReference();
  const rows = readRows(join(models, 'rows.csv'));
  const native = runNative(models);
  const ratios = [];
  console.log(
    `\n${'model'.padEnd(22)}${'rows/s'.padStart(12)}${`JPMML ${JPMML}`.padStart(14)}${'ratio'.padStart(8)}${'native'.padStart(12)}${'of native'.padStart(11)}`,
  );
  for (const name of MODELS) {
    const file = join(models, `${name}.pmml`);
    const model = loadPmmlSync(readFileSync(file), { results: 'all' });
    const ours = measure(model, rows, seconds);
    const theirs =
      reference === undefined ? undefined : runReference(reference, file, join(models, 'rows.csv'), seconds);
    const ratio = theirs === undefined ? undefined : ours / theirs.rate;
    if (ratio !== undefined) ratios.push(ratio);
    const own = native[name];
    console.log(
      name.padEnd(22) +
        round(ours).padStart(12) +
        (theirs === undefined ? '-' : round(theirs.rate)).padStart(14) +
        (ratio === undefined ? '-' : ratio.toFixed(1)).padStart(8) +
        (own === undefined ? '-' : round(own)).padStart(12) +
        (own === undefined ? '-' : (ours / own).toFixed(2)).padStart(11) +
        (theirs === undefined ? '' : `  ${agreement(model, rows, theirs.answers)}`),
    );
  }
  if (ratios.length > 0) {
    const mean = Math.exp(ratios.reduce((a, r) => a + Math.log(r), 0) / ratios.length);
    console.log(`geometric mean: ${mean.toFixed(1)} times JPMML-Evaluator ${JPMML}`);
  }
}

/** Rows per second, the best of three, after warming up. */
function measure(model, rows, seconds) {
  let best = 0;
  for (let round = 0; round < 4; round++) {
    const start = process.hrtime.bigint();
    let count = 0;
    let elapsed = 0;
    while (elapsed < seconds) {
      model.predictBatch(rows);
      count += rows.length;
      elapsed = Number(process.hrtime.bigint() - start) / 1e9;
    }
    if (round > 0) best = Math.max(best, count / elapsed);
  }
  return best;
}

function prepareModels() {
  const models = join(CACHE, 'models');
  if (existsSync(join(models, 'rows.csv'))) return models;
  const python = join(CACHE, 'venv', 'bin', 'python');
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(python)) {
    console.log('fetching scikit-learn, XGBoost and LightGBM …');
    execFileSync('python3', ['-m', 'venv', join(CACHE, 'venv')], { stdio: 'inherit' });
    const packages = ['numpy', 'scikit-learn', 'xgboost-cpu', 'lightgbm'];
    execFileSync(python, ['-m', 'pip', 'install', '-q', ...packages], { stdio: 'inherit' });
  }
  execFileSync(python, ['-W', 'ignore', join(HERE, 'pmml-models.py'), models], { stdio: 'inherit' });
  return models;
}

/** Rows per second of the libraries that trained the ensembles, on one thread. */
function runNative(models) {
  const python = join(CACHE, 'venv', 'bin', 'python');
  const text = execFileSync(python, ['-W', 'ignore', join(HERE, 'pmml-models.py'), models], {
    encoding: 'utf8',
  });
  return JSON.parse(text);
}

/** The class path of JPMML-Evaluator; undefined where Java or Maven is absent. */
function prepareReference() {
  const folder = join(CACHE, 'jpmml');
  try {
    if (!existsSync(join(folder, 'lib'))) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'pom.xml'), POM);
      const goal = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'];
      execFileSync('mvn', goal, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return join(folder, 'lib', '*');
  } catch (error) {
    console.log(`JPMML-Evaluator is left out: ${error.message}`);
    return undefined;
  }
}

function runReference(classPath, model, rows, seconds) {
  const command = ['-cp', classPath, join(HERE, 'pmml-reference.java'), model, rows, String(seconds)];
  const text = execFileSync('java', command, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [rate, ...lines] = text.trim().split('\n');
  return {
    rate: Number(rate),
    answers: lines.map(
      (line) =>
        new Map(
          line
            .trim()
            .split('\t')
            .map((c) => c.split('=')),
        ),
    ),
  };
}

/** How many of the compared cells agree. */
function agreement(model, rows, answers) {
  let [same, cells] = [0, 0];
  answers.forEach((expected, i) => {
    const actual = model.predict(rows[i]);
    for (const [name, text] of expected) {
      if (!(name in actual)) continue;
      cells++;
      const [a, b] = [Number(actual[name]), Number(text)];
      const near = Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
      if (near || String(actual[name]) === text) same++;
    }
  });
  return same === cells ? `${cells} answers agree` : `${same} of ${cells} answers agree`;
}

function readRows(file) {
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) =>
    Object.fromEntries(header.map((name, i) => [name, name === 'colour' ? cells[i] : Number(cells[i])])),
  );
}

function round(value) {
  return Math.round(value).toLocaleString('en');
}
