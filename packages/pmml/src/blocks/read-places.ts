import { BLOCK } from './contract.js';

export type Row = Readonly<Record<string, unknown>>;

/** Reads eight fields of each row: numbers into eight columns, anything else as NaN. */
export type ReadNumbers = (
  keys: readonly string[],
  rows: readonly Row[],
  first: number,
  count: number,
  out: Float64Array,
) => void;
/** Reads four fields of each row as they are. */
export type ReadCells = (
  keys: readonly string[],
  rows: readonly Row[],
  first: number,
  count: number,
  out: unknown[],
) => void;

/*
 * Why these functions are written out: V8 remembers per place in the source how a property was found last. A place
 * that always sees the same name and kind of record finds it in a nanosecond; a loop over names needs ten times as
 * long. So each field of a model gets a place of its own, as long as there are any; nothing is generated.
 */

/** Stands for a record that is null. */
const NOTHING: Row = {};

function number(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

const numbersA: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersB: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersC: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersD: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersE: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersF: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersG: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const numbersH: ReadNumbers = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = '', k6 = '', k7 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = number(row[k0]);
    out[BLOCK + i] = number(row[k1]);
    out[2 * BLOCK + i] = number(row[k2]);
    out[3 * BLOCK + i] = number(row[k3]);
    out[4 * BLOCK + i] = number(row[k4]);
    out[5 * BLOCK + i] = number(row[k5]);
    out[6 * BLOCK + i] = number(row[k6]);
    out[7 * BLOCK + i] = number(row[k7]);
  }
};

const cellsA: ReadCells = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = row[k0];
    out[BLOCK + i] = row[k1];
    out[2 * BLOCK + i] = row[k2];
    out[3 * BLOCK + i] = row[k3];
  }
};

const cellsB: ReadCells = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = row[k0];
    out[BLOCK + i] = row[k1];
    out[2 * BLOCK + i] = row[k2];
    out[3 * BLOCK + i] = row[k3];
  }
};

const cellsC: ReadCells = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = row[k0];
    out[BLOCK + i] = row[k1];
    out[2 * BLOCK + i] = row[k2];
    out[3 * BLOCK + i] = row[k3];
  }
};

const cellsD: ReadCells = (keys, rows, first, count, out) => {
  const [k0 = '', k1 = '', k2 = '', k3 = ''] = keys;
  for (let i = 0; i < count; i++) {
    const row = rows[first + i] ?? NOTHING;
    out[i] = row[k0];
    out[BLOCK + i] = row[k1];
    out[2 * BLOCK + i] = row[k2];
    out[3 * BLOCK + i] = row[k3];
  }
};

const NUMBERS: readonly ReadNumbers[] = [
  numbersA,
  numbersB,
  numbersC,
  numbersD,
  numbersE,
  numbersF,
  numbersG,
  numbersH,
];
const CELLS: readonly ReadCells[] = [cellsA, cellsB, cellsC, cellsD];
const used = { numbers: 0, cells: 0 };

/** The next places for eight fields; where all are taken, models share them and are read more slowly. */
export function placeForNumbers(): ReadNumbers {
  return NUMBERS[used.numbers++ % NUMBERS.length] as ReadNumbers;
}

export function placeForCells(): ReadCells {
  return CELLS[used.cells++ % CELLS.length] as ReadCells;
}
