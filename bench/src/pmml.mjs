// `npm run bench -- pmml [SECONDS]`: the same models and rows through this engine and through JPMML-Evaluator, from
// records of raw values to plain answers, one scoring thread and a fresh process each, warmed up, answers compared.
// Time is CPU time, so that others on the machine do not count: of the whole process here, of the scoring thread alone
// (without its collector and compiler) in Java.
// Tree ensembles also against XGBoost's and LightGBM's own batch prediction. `npm run bench -- pmml large [MIB]`
// loads a large forest instead. What is fetched or trained stays in a cache folder (see pmml-files.mjs).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, HERE, loadEngine, prepareModels, readRows, runNative } from './pmml-files.mjs';

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
const COLUMNS = [
  ['model', 20],
  ['batch', 12],
  ['single', 12],
  ['JPMML', 12],
  ['by', 9],
  ['ratio', 7],
  ['native', 12],
  ['of it', 7],
  ['answers', 9],
];

/** Runs the scenario. @param {readonly string[]} args seconds per round (default 1), or `large` and MiB */
export async function run(args) {
  if (args[0] === 'large') return (await import('./pmml-large.mjs')).run(args.slice(1));
  const seconds = Number(args[0] ?? 1);
  const { loadPmmlSync } = await loadEngine();
  const models = prepareModels();
  const classPath = prepareReference();
  const rowsFile = join(models, 'rows.csv');
  const rows = readRows(rowsFile);
  const native = runNative(models);
  const ratios = [];
  console.log(
    `rows per second of CPU time, best of five rounds of ${seconds} s; JPMML-Evaluator ${JPMML}, the faster way to call it`,
  );
  print(COLUMNS.map(([name]) => name));
  for (const name of MODELS) {
    const file = join(models, `${name}.pmml`);
    const ours = runEngine(file, rowsFile, seconds);
    const theirs = classPath === undefined ? undefined : bestReference(classPath, file, rowsFile, seconds);
    const ratio = theirs === undefined ? undefined : ours.batch / theirs.rate;
    if (ratio !== undefined) ratios.push(ratio);
    const own = native[name];
    const model = loadPmmlSync(readFileSync(file), { results: 'all' });
    print([
      name,
      round(ours.batch),
      round(ours.single),
      theirs === undefined ? '-' : round(theirs.rate),
      theirs?.way ?? '-',
      ratio?.toFixed(1) ?? '-',
      own === undefined ? '-' : round(own),
      own === undefined ? '-' : (ours.batch / own).toFixed(2),
      theirs === undefined ? '-' : agreement(model, rows, theirs.answers),
    ]);
  }
  if (ratios.length === 0) return;
  const mean = Math.exp(ratios.reduce((a, r) => a + Math.log(r), 0) / ratios.length);
  console.log(
    `geometric mean: ${mean.toFixed(1)} times JPMML-Evaluator ${JPMML}; least: ${Math.min(...ratios).toFixed(1)}`,
  );
}

function print(cells) {
  console.log(
    cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[0][1]) : cell.padStart(COLUMNS[i][1]))).join(''),
  );
}

function runEngine(model, rows, seconds) {
  const command = [join(HERE, 'pmml-engine.mjs'), model, rows, String(seconds)];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' }));
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

/**
 * The faster of the two ways to call it: with the record as it is ("raw"), or with each field prepared by its
 * InputField first ("prepared", as its README shows).
 */
function bestReference(classPath, model, rows, seconds) {
  const found = ['raw', 'prepared'].map((way) => ({
    way,
    ...runReference(classPath, model, rows, seconds, way),
  }));
  return found[0].rate >= found[1].rate ? found[0] : found[1];
}

function runReference(classPath, model, rows, seconds, way) {
  const command = ['-cp', classPath, join(HERE, 'pmml-reference.java'), model, rows, String(seconds), way];
  const text = execFileSync('java', command, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [rate, ...lines] = text.trim().split('\n');
  const answers = lines.map(
    (line) =>
      new Map(
        line
          .trim()
          .split('\t')
          .map((cell) => cell.split('=')),
      ),
  );
  return { rate: Number(rate), answers };
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
  return same === cells ? 'agree' : `${same}/${cells}`;
}

function round(value) {
  return Math.round(value).toLocaleString('en');
}
