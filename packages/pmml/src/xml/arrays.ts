import type { XmlElement } from './element.js';
import { parseNumber } from './element.js';

/** Texts of an `Array`: blank-separated, quoted where they hold blanks (`\"` is a quote inside). */
export function readStrings(element: XmlElement): string[] {
  const text = element.text.trim();
  checkType(element);
  const items = text.includes('"') ? quoted(element, text) : text === '' ? [] : text.split(/\s+/);
  checkLength(element, items.length);
  return items;
}

/** Numbers of an `Array` (type int or real). */
export function readNumbers(element: XmlElement): Float64Array {
  const text = element.text.trim();
  const items = text === '' ? [] : text.split(/\s+/);
  checkType(element);
  checkLength(element, items.length);
  const out = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as string;
    out[i] =
      parseNumber(item.replace(/^"|"$/g, '')) ?? element.refuse(`${JSON.stringify(item)} is not a number`);
  }
  return out;
}

const ITEM = /"((?:[^"\\]|\\[\s\S])*)"|([^\s"]+)/g;

function quoted(element: XmlElement, text: string): string[] {
  if (text.replace(ITEM, '').includes('"')) element.refuse('a quote in it is not closed');
  return Array.from(text.matchAll(ITEM), (m) =>
    m[1] !== undefined ? m[1].replace(/\\(["\\])/g, '$1') : (m[2] as string),
  );
}

function checkType(element: XmlElement): void {
  if (element.name === 'Array') element.choice('type', ['int', 'real', 'string'] as const);
}

/** Refuses an element that says it has another number of parts than it has: some of them are lost. */
export function checkCount(element: XmlElement, attribute: string, found: number, what: string): void {
  const said = element.integer(attribute);
  if (said !== undefined && said !== found)
    element.refuse(`${attribute}="${said}" but it has ${found} ${what}`);
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
  if (!(n >= 0 && n <= 100_000_000)) element.refuse(`n="${n}" is no length that is supported`);
  const out = new Float64Array(n).fill(element.number('defaultValue', 0));
  const taken = new Set<number>();
  for (let i = 0; i < positions.length; i++) {
    const at = (positions[i] as number) - 1;
    if (!(Number.isInteger(at) && at >= 0 && at < n)) element.refuse(`index ${at + 1} is outside 1..${n}`);
    if (taken.has(at)) element.refuse(`index ${at + 1} is there twice`);
    taken.add(at);
    out[at] = values[i] as number;
  }
  return out;
}
