import { OpenEasError } from '@openeas/contracts';
import type { BatchResult, ModelInfo, RecordError } from '@openeas/pmml';
import type { ProcessorResponse } from '../port.js';

const JSON_TYPE = 'application/json';
const SHOWN = 80;

/**
 * The answer to one request: an array with one object per row. A bad row refuses the whole request, unless
 * the caller asked to keep the good ones.
 * @throws InvalidRecord naming row (from 0), field, value and what was expected
 */
export function encodeAnswer(rows: readonly BatchResult[], keepGoodRows: boolean): ProcessorResponse {
  const values = rows.map((row, index) => {
    if (row.ok) return row.value;
    const error = invalidRecord(index, row.error);
    if (!keepGoodRows) throw error;
    return { error: { code: error.code, message: error.message, field: row.error.field } };
  });
  return { status: 200, contentType: JSON_TYPE, body: Buffer.from(JSON.stringify(values)) };
}

function invalidRecord(row: number, error: RecordError): OpenEasError {
  return new OpenEasError('InvalidRecord', {
    row,
    field: error.field,
    value: shortened(error.value),
    expected: error.expected,
  });
}

function shortened(value: unknown): string {
  const text = value === undefined ? 'no value' : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** What GET on the service answers: the fields a caller may send and those it gets. */
export function encodeInfo(info: ModelInfo): ProcessorResponse {
  const answer = {
    model: { name: info.name, element: info.element, function: info.function, version: info.version },
    inputs: info.inputs.map(({ name, dataType, opType, values }) => ({
      name,
      type: dataType,
      opType,
      ...(values === undefined ? {} : { values }),
    })),
    outputs: info.outputs.map(({ name, dataType, opType }) => ({ name, type: dataType, opType })),
  };
  return { status: 200, contentType: JSON_TYPE, body: Buffer.from(JSON.stringify(answer)) };
}
