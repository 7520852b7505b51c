import { checkCount, readDense } from './arrays.js';
import type { XmlElement } from './element.js';
import { parseNumber } from './element.js';

const MAX_CELLS = 100_000_000;

/** A `Matrix` by rows: of arrays, of cells, or diagonal/symmetric as its `kind` says. */
export function readMatrix(element: XmlElement): number[][] {
  const arrays = element.children.filter((c) => c.name === 'Array' || c.name.endsWith('SparseArray'));
  const kind = element.choice('kind', ['diagonal', 'symmetric', 'any'] as const, 'any');
  if (arrays.length === 0) return ofCells(element, kind);
  if (element.all('MatCell').length > 0) element.refuse('it has both arrays and cells');
  const rows = arrays.map((a) => Array.from(readDense(a)));
  if (rows.length * (rows[0]?.length ?? 0) > MAX_CELLS) element.refuse('the matrix is too large');
  const whole =
    kind === 'diagonal' ? diagonal(element, rows) : kind === 'symmetric' ? symmetric(element, rows) : rows;
  checkCount(element, 'nbRows', whole.length, 'rows');
  const width = element.integer('nbCols') ?? whole[0]?.length ?? 0;
  for (const [i, row] of whole.entries()) {
    if (row.length !== width) element.refuse(`row ${i + 1} has ${row.length} entries, not ${width}`);
  }
  return whole;
}

function diagonal(element: XmlElement, rows: readonly number[][]): number[][] {
  const [entries, ...more] = rows;
  if (entries === undefined || more.length > 0) return element.refuse('a diagonal is one array');
  const other = element.number('offDiagDefault', 0);
  return entries.map((v, i) => entries.map((_, j) => (i === j ? v : other)));
}

/** The lower left triangle row by row; both halves where they agree. */
function symmetric(element: XmlElement, rows: readonly number[][]): number[][] {
  return rows.map((row, i) => {
    if (row.length !== i + 1 && row.length !== rows.length)
      element.refuse(`row ${i + 1} of a symmetric matrix has ${row.length} entries, not ${i + 1}`);
    return rows.map((other, j) => {
      const entry = (j <= i ? row[j] : other[i]) as number;
      if (j > i && row.length > i + 1 && row[j] !== entry)
        element.refuse(`it is not symmetric at row ${i + 1}, column ${j + 1}`);
      return entry;
    });
  });
}

/** A matrix of defaults with cells put in. */
function ofCells(element: XmlElement, kind: 'diagonal' | 'symmetric' | 'any'): number[][] {
  const [size, columns] = [element.integer('nbRows') ?? 0, element.integer('nbCols') ?? 0];
  if (!(size >= 0 && columns >= 0 && size * columns <= MAX_CELLS)) element.refuse('the matrix is too large');
  const [on, off] = [element.number('diagDefault', 0), element.number('offDiagDefault', 0)];
  const out = Array.from({ length: size }, (_, i) =>
    Array.from({ length: columns }, (_x, j) => (i === j ? on : off)),
  );
  const taken = new Set<number>();
  for (const cell of element.all('MatCell')) {
    const place = (name: 'row' | 'col', limit: number): number => {
      const at = cell.needNumber(name) - 1;
      return Number.isInteger(at) && at >= 0 && at < limit ? at : cell.refuse('it lies outside the matrix');
    };
    const [row, col] = [place('row', size), place('col', columns)];
    if (kind === 'diagonal' && row !== col) cell.refuse('it lies beside the diagonal');
    if (taken.has(row * columns + col)) cell.refuse('the cell is there twice');
    taken.add(row * columns + col);
    const value = parseNumber(cell.text) ?? cell.refuse('its text is not a number');
    (out[row] as number[])[col] = value;
    if (kind === 'symmetric') {
      place('row', columns);
      place('col', size);
      (out[col] as number[])[row] = value;
    }
  }
  return out;
}
