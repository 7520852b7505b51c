// What the scenarios about PMML share: the engine, models and rows, which are trained once into a cache folder
// (OPENEAS_BENCH_CACHE, or openeas-bench below the system's temporary folder).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = fileURLToPath(new URL('.', import.meta.url));
export const CACHE = process.env.OPENEAS_BENCH_CACHE ?? join(tmpdir(), 'openeas-bench');
const python = join(CACHE, 'venv', 'bin', 'python');

export function loadEngine() {
  return import('@openeas/pmml').catch(() => import('../../packages/pmml/dist/index.js'));
}

/** The folder of the models and of rows.csv. */
export function prepareModels() {
  const models = join(CACHE, 'models');
  if (existsSync(join(models, 'rows.csv'))) return models;
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
export function runNative(models) {
  const text = execFileSync(python, ['-W', 'ignore', join(HERE, 'pmml-models.py'), models], {
    encoding: 'utf8',
  });
  return JSON.parse(text);
}

/** Records as a request brings them: parsed from JSON. */
export function readRows(file) {
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const rows = lines.map((cells) =>
    Object.fromEntries(header.map((name, i) => [name, name === 'colour' ? cells[i] : Number(cells[i])])),
  );
  return JSON.parse(JSON.stringify(rows));
}
