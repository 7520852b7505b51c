import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OpenEasError } from '@openeas/contracts';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Model, ProcessorRequest } from '../port.js';
import { findProcessor, processorCodes } from '../registry.js';

const FILE = fileURLToPath(new URL('../../fixtures/scores.pmml', import.meta.url));

function load(modelEntry: string, modelDir = '', log: (message: string) => void = () => {}): Promise<Model> {
  return open().then((processor) =>
    processor.load({
      modelEntry,
      modelDir,
      modelConfig: '',
      log,
      signal: new AbortController().signal,
    }),
  );
}

function open() {
  return findProcessor('pmml')!.open();
}

function request(body: string, changes: Partial<ProcessorRequest> = {}): ProcessorRequest {
  return { method: 'POST', path: '', query: '', contentType: '', body: Buffer.from(body), ...changes };
}

async function answer(model: Model, sent: ProcessorRequest): Promise<unknown> {
  const response = await model.process(sent, new AbortController().signal);
  expect([response.status, response.contentType]).toEqual([200, 'application/json']);
  return JSON.parse(Buffer.from(response.body).toString());
}

async function refusal(model: Model, sent: ProcessorRequest): Promise<OpenEasError> {
  try {
    await model.process(sent, new AbortController().signal);
  } catch (error) {
    if (error instanceof OpenEasError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function p1(age: number, male: boolean): number {
  return 1 / (1 + Math.exp(2 - 0.04 * age - (male ? 1 : 0)));
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'openeas-pmml-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('the pmml processor', () => {
  test('answers an array with one object per row', async () => {
    const model = await load(FILE);
    const rows = (await answer(model, request('[{"age":54,"sex":"m"},{"age":20,"sex":"f"}]'))) as {
      p_1: number;
    }[];
    expect(rows.map(({ p_1 }) => p_1)).toEqual([
      expect.closeTo(p1(54, true), 12),
      expect.closeTo(p1(20, false), 12),
    ]);
    expect(Object.keys(rows[0]!)).toEqual(['p_1', 'p_0']);
  });

  test('tells how far it is while it reads a large model', async () => {
    const file = join(folder(), 'large.pmml');
    writeFileSync(file, `${readFileSync(FILE, 'utf8')}<!--${' '.repeat(40 << 20)}-->`);
    const said: string[] = [];
    await load(file, '', (message) => said.push(message));
    expect(said).toEqual(['Reading model large.pmml', 'Read 16 of 41 MiB', 'Read 32 of 41 MiB']);
  });

  test('takes a single object as one row, numbers as text, and ignores what the model does not know', async () => {
    const model = await load(FILE);
    const expected = await answer(model, request('[{"age":54,"sex":"m"}]'));
    expect(await answer(model, request('{"age":"54","sex":"m","shoe":43}'))).toEqual(expected);
  });

  test('fills missing values as PAI does: 0 for a number', async () => {
    const model = await load(FILE);
    const [row] = (await answer(model, request('[{"sex":"f"}]'))) as { p_1: number }[];
    expect(row?.p_1).toBeCloseTo(p1(0, false), 12);
  });

  test('names row, field, value and expectation of a bad record', async () => {
    const model = await load(FILE);
    const error = await refusal(model, request('[{"age":1,"sex":"f"},{"age":"old","sex":"f"}]'));
    expect([error.code, error.status]).toEqual(['InvalidRecord', 400]);
    expect(error.message).toContain('Row 1, field age: "old" is not valid; expected');
  });

  test('keeps the good rows when asked to', async () => {
    const model = await load(FILE);
    const body = '[{"age":1,"sex":"f"},{"age":"old","sex":"f"},{"age":2,"sex":"f"}]';
    const rows = (await answer(model, request(body, { query: 'on_error=row' }))) as Record<string, unknown>[];
    expect(rows.map((row) => Object.keys(row))).toEqual([['p_1', 'p_0'], ['error'], ['p_1', 'p_0']]);
    expect(rows[1]).toMatchObject({ error: { code: 'InvalidRecord', field: 'age' } });
    expect((await refusal(model, request(body, { query: 'on_error=x' }))).message).toContain(
      'expected "row" or "fail"',
    );
  });

  test.each([
    ['', 'it is empty'],
    ['[', 'line 1, column 2'],
    ['\ufeff[]', 'byte order mark'],
    ['[]', 'the array is empty'],
    ['"x"', 'it is a string'],
    ['null', 'it is null'],
    ['[1]', 'row 0 is a number'],
    ['[{},[]]', 'row 1 is an array'],
  ])('refuses the body %j: %s', async (body, words) => {
    const error = await refusal(await load(FILE), request(body));
    expect([error.code, error.status]).toEqual(['InvalidRequestBody', 400]);
    expect(error.message).toContain(words);
    expect(error.message).toContain('a JSON array of objects');
  });

  test('refuses bytes that are not UTF-8, and other methods', async () => {
    const model = await load(FILE);
    expect((await refusal(model, request('', { body: new Uint8Array([0xff, 0xfe]) }))).message).toContain(
      'not UTF-8',
    );
    expect((await refusal(model, request('', { method: 'GET', path: '/x' }))).status).toBe(405);
  });

  test('whatever bytes come: an answer with as many rows as were sent, or a refusal with status 400', async () => {
    const model = await load(FILE);
    const value = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.jsonValue());
    const record = fc.record({ age: value, sex: value, extra: value }, { requiredKeys: [] });
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .oneof(fc.array(record, { maxLength: 5 }), fc.jsonValue())
        .map((json) => Buffer.from(JSON.stringify(json))),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (bytes, keep) => {
        const sent = request('', { body: bytes, query: keep ? 'on_error=row' : '' });
        try {
          const rows = (await answer(model, sent)) as unknown[];
          const records: unknown = JSON.parse(Buffer.from(bytes).toString());
          expect(rows.length).toBe(Array.isArray(records) ? records.length : 1);
        } catch (error) {
          expect(error).toBeInstanceOf(OpenEasError);
          expect(error).toMatchObject({ status: 400 });
          if (keep) expect(error).toMatchObject({ code: 'InvalidRequestBody' });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('describes rows once for the batcher and for the answer', async () => {
    const model = await load(FILE);
    const sent = request('[{"age":1},{"age":2},{"age":3}]');
    expect(model.describe?.(sent)).toEqual({ rows: 3, shapeClass: 'rows' });
    expect(await answer(model, sent)).toHaveLength(3);
    expect(() => model.describe?.(request('x'))).toThrow(OpenEasError);
  });

  test('tells its inputs and outputs', async () => {
    const info = (await load(FILE)).info?.();
    expect(JSON.parse(Buffer.from(info!.body).toString())).toMatchObject({
      model: { name: 'ill', element: 'RegressionModel', function: 'classification' },
      inputs: [
        { name: 'age', type: 'double', opType: 'continuous' },
        { name: 'sex', type: 'string', opType: 'categorical', values: ['m', 'f'] },
      ],
      outputs: [{ name: 'p_1' }, { name: 'p_0' }],
    });
  });
});

describe('finding the model', () => {
  test('takes the only PMML file of a folder', async () => {
    const path = folder();
    copyFileSync(FILE, join(path, 'm.PMML'));
    writeFileSync(join(path, 'readme.txt'), '');
    expect(await answer(await load('', path), request('[{"age":1,"sex":"f"}]'))).toHaveLength(1);
  });

  test('says what is wrong where there is none, or more than one, or a broken one', async () => {
    const path = folder();
    await expect(load('', '')).rejects.toThrow('no model is given');
    await expect(load(join(path, 'x.pmml'), path)).rejects.toThrow('does not exist');
    await expect(load('', path)).rejects.toThrow('holds no .pmml or .xml file');
    for (const name of ['a.pmml', 'b.pmml']) copyFileSync(FILE, join(path, name));
    await expect(load('', path)).rejects.toThrow(
      'holds 2 models (a.pmml, b.pmml); name one with model_entry',
    );
    writeFileSync(join(path, 'c.pmml'), '<PMML version="4.2"><Header>');
    const error = await load(join(path, 'c.pmml'), path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenEasError);
    expect(error).toMatchObject({
      code: 'ModelInvalid',
      fault: 'model',
      message: expect.stringContaining('c.pmml'),
    });
  });
});

test('the codes on offer are known without opening an engine', () => {
  expect(processorCodes()).toContain('pmml');
  expect(findProcessor('nonesuch')).toBeUndefined();
});
