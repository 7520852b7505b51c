/** A model that is refused as a whole while it is loaded. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** Local name of the element that is at fault, or '' where the text is no XML at all. */
  readonly element: string;
  /** Line of that element in the source, from 1; 0 where unknown. */
  readonly line: number;
  readonly reason: string;

  constructor(element: string, line: number, reason: string) {
    super(`${element === '' ? 'PMML' : `<${element}>`}${line > 0 ? ` at line ${line}` : ''}: ${reason}`);
    this.element = element;
    this.line = line;
    this.reason = reason;
  }
}

/** What is wrong with a row, as a closed list of words. */
export type RecordErrorCode = 'missing' | 'invalid' | 'type' | 'computation';

/** One row that cannot be scored; its neighbours in a batch are not touched by it. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  /** Name of the field at fault. */
  readonly field: string;
  /** The value as it was given; undefined when it was missing. */
  readonly value: unknown;
  /** What would have been accepted, in words. */
  readonly expected: string;
  readonly code: RecordErrorCode;

  constructor(field: string, value: unknown, expected: string, code: RecordErrorCode) {
    super(`field ${JSON.stringify(field)}: ${describe(value)} given, ${expected} expected`);
    this.field = field;
    this.value = value;
    this.expected = expected;
    this.code = code;
  }
}

const SHOWN = 80;

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'no value';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  let text: string;
  try {
    text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
