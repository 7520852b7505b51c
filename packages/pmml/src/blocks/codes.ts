import type { Reader } from '../fields/frame.js';

/** Codes of categories, one table per field of a document so that all who ask for it agree. */
const CODES = new WeakMap<Reader, Map<string, number>>();

/** The codes of a field by category key; they may still grow while a model is loaded. */
export function codesOf(read: Reader): ReadonlyMap<string, number> {
  return tableOf(read);
}

/** The code of a category, given out at its first use. */
export function codeOf(read: Reader, key: string): number {
  const codes = tableOf(read);
  let code = codes.get(key);
  if (code === undefined) {
    code = codes.size;
    codes.set(key, code);
  }
  return code;
}

function tableOf(read: Reader): Map<string, number> {
  let codes = CODES.get(read);
  if (codes === undefined) {
    codes = new Map();
    CODES.set(read, codes);
  }
  return codes;
}
