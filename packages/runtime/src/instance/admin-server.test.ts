import type { InstanceStatus } from '@openeas/contracts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gateIn, readyInstance } from '../testing/start-instance.js';

describe('the admin port', () => {
  test('answers nobody without the secret', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const { adminPort } = await instance.status();
    for (const authorization of [
      '',
      'Bearer ',
      'Bearer admin-secre',
      'admin-secret',
      'Bearer admin-secret2',
    ]) {
      for (const [method, path] of [
        ['GET', '/admin/status'],
        ['GET', '/admin/watch'],
        ['POST', '/admin/kill'],
      ]) {
        const response = await fetch(`http://127.0.0.1:${adminPort}${path}`, {
          method: method!,
          headers: { authorization },
        });
        expect([authorization, path, response.status]).toEqual([authorization, path, 401]);
      }
    }
    expect((await instance.status()).phase).toBe('Ready');
  });

  test('shows the status of the moment', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 1 } }, onTestFinished);
    const gate = gateIn(instance.folder);
    const answers = [instance.predict(gate.order()), instance.predict(gate.order())];
    let status: InstanceStatus;
    do status = await instance.status();
    while (status.inFlight < 2);
    expect(status).toMatchObject({ phase: 'Ready', inFlight: 2, queued: 1 });
    gate.open();
    await Promise.all(answers);
    expect(await instance.status()).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test('refuses grace periods that are none, and unknown paths', async () => {
    const instance = await readyInstance({}, onTestFinished);
    for (const body of ['{"graceMs":-1}', '{"graceMs":"5"}', '{', '{"graceMs":1e12}']) {
      expect((await instance.admin('POST', '/admin/stop', body)).status).toBe(400);
    }
    expect((await instance.admin('POST', '/admin/status')).status).toBe(404);
    expect((await instance.status()).phase).toBe('Ready');
  });

  test('drain keeps the process, and the watchers learn of it', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const draining = instance.until(({ phase }) => phase === 'Draining');
    await instance.admin('POST', '/admin/drain');
    await draining;
    const late = await instance.predict('{}');
    expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
    let refused = false;
    while (!refused)
      refused = await instance.predict('{}').then(
        () => false,
        () => true,
      );
    expect((await instance.status()).phase).toBe('Draining');
    await instance.admin('POST', '/admin/stop');
    expect(await instance.exit).toBe(0);
  });

  test('the watch stream ends with the last phase when the instance ends', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const response = await instance.admin('GET', '/admin/watch');
    await instance.admin('POST', '/admin/kill');
    const lines = (await response.text()).trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ phase: 'Stopped' });
    expect(await instance.exit).toBe(0);
  });

  test('the watch stream beats while nothing changes', async () => {
    const instance = await readyInstance({}, onTestFinished);
    let seen = 0;
    const first = await instance.status();
    const later = await instance.until(() => ++seen === 2);
    expect(later.updatedAt).toBeGreaterThan(first.updatedAt);
    expect(later.phase).toBe('Ready');
  });
});
