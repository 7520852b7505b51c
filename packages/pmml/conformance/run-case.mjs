import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matches } from './compare.mjs';
import { parseCsv } from './csv.mjs';

/**
 * Errors by which the reference evaluator says that it does not implement something the specification defines:
 * no statement about the row.
 */
const NOT_ASSERTED = new Set(['UnsupportedAttributeException', 'NotImplementedException']);

/**
 * Runs one case folder through an engine.
 * @returns {{ pass: boolean, tier: string, vendor: boolean, reason?: string }}
 */
export function runCase(folder, { loadPmmlSync, RecordError }) {
  const meta = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  const verdict = { tier: meta.tier, vendor: (meta.vendor ?? []).length > 0, meta };
  try {
    if (refusesAll(folder) && refuses(folder, loadPmmlSync)) return { ...verdict, pass: true };
    const reason = firstDifference(folder, meta, loadPmmlSync, RecordError);
    return { ...verdict, pass: reason === undefined, reason };
  } catch (error) {
    return {
      ...verdict,
      pass: false,
      reason: error.stack?.includes('ModelError') ? error.message : error.stack,
    };
  }
}

/** Whether every row of the case must be refused. */
function refusesAll(folder) {
  const [header, ...rows] = parseCsv(readFileSync(join(folder, 'expected.csv'), 'utf8'));
  const at = header.indexOf('__error');
  return at >= 0 && rows.length > 0 && rows.every((row) => (row[at] ?? '') !== '');
}

/** A model that is refused at load refuses its rows. */
function refuses(folder, loadPmmlSync) {
  try {
    loadPmmlSync(readFileSync(join(folder, 'model.pmml')));
    return false;
  } catch (error) {
    return error.name === 'ModelError';
  }
}

function firstDifference(folder, meta, loadPmmlSync, RecordError) {
  const model = loadPmmlSync(readFileSync(join(folder, 'model.pmml')), { results: 'all' });
  const missing = new Set(meta.missingTokens ?? ['NA', 'N/A', '']);
  const records = readRecords(join(folder, 'input.csv'), missing);
  const [header, ...expected] = parseCsv(readFileSync(join(folder, 'expected.csv'), 'utf8'));
  const options = { ...meta.tolerance, ignoreCase: meta.source === 'sas' };
  const results = answers(model, records, meta);
  if (results.length !== expected.length)
    return `${results.length} rows where ${expected.length} were expected`;
  const primary = model.info.targets[0]?.name ?? model.info.outputs[0]?.name;
  const floats = new Set(
    [...model.info.outputs, ...model.info.targets].filter((f) => f.dataType === 'float').map((f) => f.name),
  );
  const errorColumn = header.indexOf('__error');
  for (let row = 0; row < expected.length; row++) {
    const result = results[row];
    if (errorColumn >= 0 && NOT_ASSERTED.has(expected[row][errorColumn])) continue;
    const refused = errorColumn >= 0 && (expected[row][errorColumn] ?? '') !== '';
    if (result instanceof RecordError) {
      if (refused) continue;
      return `row ${row + 1}: refused: ${result.message}`;
    }
    if (refused) return `row ${row + 1}: answered ${JSON.stringify(result)} where a refusal was expected`;
    for (let column = 0; column < header.length; column++) {
      const name = header[column];
      if (column === errorColumn) continue;
      const cell = expected[row][column] ?? '';
      const key = name === '__target' || !(name in result) ? (name === '__target' ? primary : name) : name;
      const actual = result[key];
      if (!matches(cell, actual, { ...options, float: floats.has(key) })) {
        return `row ${row + 1}, column ${JSON.stringify(name)}: ${JSON.stringify(actual)} where ${JSON.stringify(cell)} was expected`;
      }
    }
  }
  return undefined;
}

function answers(model, records, meta) {
  if (meta.mode === 'forecast') {
    const answer = model.predict(records[0] ?? {});
    const list = Object.values(answer)[0];
    return (Array.isArray(list) ? list : [list]).map((forecast) => ({ forecast }));
  }
  return model.predictBatch(grouped(records, meta.groupField)).map((r) => (r.ok ? r.value : r.error));
}

/** One record per group, the cells of its rows as lists. */
function grouped(records, field) {
  if (field === null || field === undefined) return records;
  const groups = new Map();
  for (const record of records) {
    const key = record[field];
    const group = groups.get(key) ?? { [field]: key };
    groups.set(key, group);
    for (const [name, value] of Object.entries(record)) {
      if (name === field) continue;
      group[name] ??= [];
      if (value !== undefined) group[name].push(value);
    }
  }
  return [...groups.values()];
}

function readRecords(file, missing) {
  const [header, ...rows] = parseCsv(readFileSync(file, 'utf8'));
  return rows.map((row) =>
    Object.fromEntries(header.map((name, i) => [name, missing.has(row[i] ?? '') ? undefined : row[i]])),
  );
}
