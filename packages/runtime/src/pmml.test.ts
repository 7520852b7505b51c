import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { instanceFolder, readyInstance, startInstance } from './testing/start-instance.js';

const MODEL = fileURLToPath(new URL('../../processors/fixtures/scores.pmml', import.meta.url));
const PMML = { processor: 'pmml', modelEntry: MODEL };

/** The model of the fixture, by hand. */
function p1(age: number): number {
  return 1 / (1 + Math.exp(2 - 0.04 * age));
}

describe('a pmml instance', () => {
  test.each([
    ['one by one', {}],
    ['in batches', { batching: true, maxBatchSize: 8, workerThreads: 1 }],
  ])('gives every one of many callers its own rows, %s', async (_, rpc) => {
    const instance = await readyInstance({ ...PMML, rpc }, onTestFinished);
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const ages = Array.from({ length: 1 + (n % 3) }, (_, row) => n + row / 4);
        const response = await instance.predict(JSON.stringify(ages.map((age) => ({ age, sex: 'f' }))));
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
        const rows = (await response.json()) as { p_1: number; p_0: number }[];
        expect(rows.map((row) => row.p_1)).toEqual(ages.map((age) => expect.closeTo(p1(age), 12)));
      }),
    );
  });

  test('says which row and field is bad, by status 400 or in place of the row', async () => {
    const instance = await readyInstance(PMML, onTestFinished);
    const body = '[{"age":1,"sex":"f"},{"age":"old","sex":"f"}]';
    const refused = await instance.predict(body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      Code: 'InvalidRecord',
      Message: expect.stringContaining('Row 1, field age: "old" is not valid'),
    });
    const partly = await instance.predict(body, { path: '?on_error=row' });
    expect(partly.status).toBe(200);
    expect(await partly.json()).toMatchObject([
      { p_1: expect.closeTo(p1(1), 12) },
      { error: { field: 'age' } },
    ]);
    const broken = await instance.predict('[{"age":1},');
    expect([broken.status, ((await broken.json()) as { Message: string }).Message]).toEqual([
      400,
      expect.stringContaining('line 1, column 12'),
    ]);
  });

  test('tells its inputs and outputs to GET, and its refusal of other methods', async () => {
    const instance = await readyInstance(PMML, onTestFinished);
    const headers = { authorization: 'token' };
    const info = await fetch(instance.predictUrl, { headers });
    expect(await info.json()).toMatchObject({
      inputs: [{ name: 'age' }, { name: 'sex' }],
      outputs: [{ name: 'p_1' }, {}],
    });
    expect((await fetch(`${instance.predictUrl}/sub`, { headers })).status).toBe(405);
  });

  test('is warmed by recorded requests, and fails on a bad one with the row', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const good = join(folder, 'good.txt');
    const bad = join(folder, 'bad.bin');
    writeFileSync(good, '[{"age":1,"sex":"f"}]\n[{"age":2,"sex":"m"}]\n');
    writeFileSync(bad, '[{"age":"old","sex":"f"}]');
    await readyInstance({ ...PMML, warmUpFiles: [good] }, onTestFinished);
    const instance = await startInstance({ ...PMML, warmUpFiles: [good, bad] }, onTestFinished);
    expect(await instance.exit).toBe(3);
    const failed = instance.lines.find((line) => line.includes('ERROR'));
    expect(failed).toContain('request 1 of bad.bin was answered 400: Row 0, field age');
  });

  test('fails with the place in the model when that is broken', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const model = join(folder, 'broken.pmml');
    writeFileSync(model, '<PMML version="4.2"><DataDictionary><DataField name="x"/></DataDictionary></PMML>');
    const instance = await startInstance({ ...PMML, modelEntry: model }, onTestFinished);
    expect(await instance.exit).toBe(3);
    expect(instance.lines.find((line) => line.includes('ERROR'))).toContain(
      'The model broken.pmml cannot be loaded: ',
    );
  });
});
