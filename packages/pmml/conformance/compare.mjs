const MISSING = new Set(['', 'NA', 'N/A']);

/** Whether a computed value is what the cell says, by the rules of the data's README. */
export function matches(cell, actual, { rtol = 0, atol = 0, ignoreCase = false, float = false }) {
  if (cell === '__any__') return true;
  if (MISSING.has(cell)) return actual === null || actual === undefined;
  if (actual === null || actual === undefined) return false;
  if (Array.isArray(actual) || cell.startsWith('['))
    return sameList(cell, actual, { rtol, atol, ignoreCase });
  // A cell is text to be parsed to its field's type: the number a float field shows as 10.847672 is a float.
  const parsed = toNumber(cell);
  const expected = float && parsed !== undefined ? Math.fround(parsed) : parsed;
  const got = typeof actual === 'number' ? actual : toNumber(String(actual));
  if (expected !== undefined && got !== undefined) {
    if (Number.isNaN(expected) || Number.isNaN(got)) return Number.isNaN(expected) && Number.isNaN(got);
    return expected === got || Math.abs(expected - got) <= atol + rtol * Math.abs(expected);
  }
  if (typeof actual === 'boolean') return cell.toLowerCase() === String(actual);
  const text = String(actual);
  return ignoreCase ? cell.toLowerCase() === text.toLowerCase() : cell === text;
}

function sameList(cell, actual, options) {
  let expected;
  try {
    expected = JSON.parse(cell);
  } catch {
    return false;
  }
  if (!Array.isArray(expected) || !Array.isArray(actual) || expected.length !== actual.length) return false;
  return expected.every((e, i) => matches(e === null ? '' : String(e), actual[i], options));
}

function toNumber(text) {
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
  if (trimmed === 'NaN') return Number.NaN;
  if (trimmed === 'Infinity' || trimmed === 'INF' || trimmed === 'inf') return Infinity;
  if (trimmed === '-Infinity' || trimmed === '-INF' || trimmed === '-inf') return -Infinity;
  return undefined;
}
