import type { XmlElement } from './element.js';
import { parseNumber } from './element.js';

/** Texts of an `Array`: blank-separated, quoted where they hold blanks (`\"` is a quote inside). */
export function readStrings(element: XmlElement): string[] {
  const text = element.text.trim();
  const items = text.includes('"')
    ? Array.from(text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|([^\s"]+)/g), (m) =>
        m[1] !== undefined ? m[1].replace(/\\(["\\])/g, '$1') : (m[2] as string),
      )
    : text === ''
      ? []
      : text.split(/\s+/);
  checkLength(element, items.length);
  return items;
}

/** Numbers of an `Array` (type int or real). */
export function readNumbers(element: XmlElement): Float64Array {
  const text = element.text.trim();
  if (text === '') return new Float64Array(0);
  const items = text.split(/\s+/);
  checkLength(element, items.length);
  const out = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as string;
    out[i] =
      parseNumber(item.replace(/^"|"$/g, '')) ?? element.refuse(`${JSON.stringify(item)} is not a number`);
  }
  return out;
}

function checkLength(element: XmlElement, found: number): void {
  const n = element.integer('n');
  if (n !== undefined && n !== found) element.refuse(`n="${n}" but it has ${found} entries`);
}

/** A `REAL-SparseArray` or `INT-SparseArray` (or a plain `Array`), written out. */
export function readDense(element: XmlElement, length?: number): Float64Array {
  if (element.name === 'Array') return readNumbers(element);
  const kind = element.name === 'INT-SparseArray' ? 'INT-Entries' : 'REAL-Entries';
  const indices = element.child('Indices');
  const entries = element.child(kind);
  const positions = indices === undefined ? new Float64Array(0) : readNumbers(indices);
  const values = entries === undefined ? new Float64Array(0) : readNumbers(entries);
  if (positions.length !== values.length) element.refuse('it has not as many entries as indices');
  const n = element.integer('n') ?? length ?? positions.reduce((a, b) => Math.max(a, b), 0);
  if (n > 100_000_000) element.refuse(`n="${n}" is too large`);
  const out = new Float64Array(n).fill(element.number('defaultValue', 0));
  for (let i = 0; i < positions.length; i++) {
    const at = (positions[i] as number) - 1;
    if (!(at >= 0 && at < n)) element.refuse(`index ${at + 1} is outside 1..${n}`);
    out[at] = values[i] as number;
  }
  return out;
}

/** A `Matrix` by rows: of arrays, of cells, or diagonal/symmetric as its `kind` says. */
export function readMatrix(element: XmlElement): number[][] {
  const arrays = element.children.filter((c) => c.name === 'Array' || c.name.endsWith('SparseArray'));
  const kind = element.choice('kind', ['diagonal', 'symmetric', 'any'] as const, 'any');
  const rows = arrays.map((a) => Array.from(readDense(a)));
  const size = element.integer('nbRows') ?? rows.length;
  const columns = element.integer('nbCols') ?? rows.reduce((a, r) => Math.max(a, r.length), 0);
  if (size * columns > 100_000_000) element.refuse('the matrix is too large');
  if (kind === 'diagonal' && rows.length === 1) {
    const diagonal = rows[0] as number[];
    return diagonal.map((v, i) =>
      diagonal.map((_, j) => (i === j ? v : element.number('offDiagDefault', 0))),
    );
  }
  if (rows.length > 0) {
    if (kind !== 'symmetric') return rows;
    const n = rows.length;
    return rows.map((_, i) =>
      Array.from({ length: n }, (_x, j) => (j <= i ? rows[i]?.[j] : rows[j]?.[i]) ?? 0),
    );
  }
  const [on, off] = [element.number('diagDefault', 0), element.number('offDiagDefault', 0)];
  const out = Array.from({ length: size }, (_, i) =>
    Array.from({ length: columns }, (_x, j) => (i === j ? on : off)),
  );
  for (const cell of element.all('MatCell')) {
    const row = out[cell.needNumber('row') - 1];
    const col = cell.needNumber('col') - 1;
    if (row === undefined || !(col >= 0 && col < columns)) {
      return cell.refuse('it lies outside the matrix');
    }
    row[col] = parseNumber(cell.text) ?? cell.refuse('its text is not a number');
    if (kind === 'symmetric') (out[col] as number[])[cell.needNumber('row') - 1] = row[col] as number;
  }
  return out;
}
