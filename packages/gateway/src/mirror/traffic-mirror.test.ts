import { describe, expect, test } from 'vitest';
import { backend, rig, route, send, TOKEN, testInstance } from '../testing/rig.js';
import { MIRROR_LIMITS, MirrorBudget } from './mirror-budget.js';

const answering = (text: string, seen: { path: string; body: string; from: string | undefined }[] = []) =>
  testInstance(text, (exchange) => {
    const { path } = exchange;
    const from = exchange.header('x-openeas-mirrored');
    void exchange.readBody(MIRROR_LIMITS.bodyBytes).then((body) => {
      seen.push({ path, body: body.toString(), from });
      exchange.respond(200, [], text);
    });
  });

describe('traffic mirroring', () => {
  test('copies the asked share of the requests, each whole, and answers by the service itself', async () => {
    const copies: { path: string; body: string; from: string | undefined }[] = [];
    const live = await answering('live');
    const shadow = await answering('shadow', copies);
    const mirror = { ratio: 30, targets: [backend('shadow', 100, [shadow.endpoint])] };
    const { call, metric } = await rig({
      routes: [
        route('demo', [live.endpoint], { backends: [{ ...backend('demo', 100, [live.endpoint]), mirror }] }),
      ],
    });
    for (let i = 0; i < 20; i++) {
      const headers = { 'x-openeas-mirrored': 'forged' };
      expect(await call('/api/predict/demo/deep?q=1', { body: `row ${i}`, headers })).toMatchObject({
        status: 200,
        body: 'live',
      });
    }
    const series =
      'openeas_gateway_mirrored_requests_total{outcome="answered",service="demo",target="shadow"}';
    await expect.poll(() => metric(series)).toBe(6);
    expect(copies.map(({ path, from }) => [path, from])).toEqual(
      Array.from({ length: 6 }, () => ['/api/predict/shadow/deep', 'demo']),
    );
    expect(new Set(copies.map(({ body }) => body)).size).toBe(6);
    expect(live.seen.every((exchange) => exchange.header('x-openeas-mirrored') === undefined)).toBe(true);
  });

  test('copies bodies that are streamed', async () => {
    const copies: { path: string; body: string; from: string | undefined }[] = [];
    const live = await answering('live');
    const shadow = await answering('shadow', copies);
    const mirror = { ratio: 100, targets: [backend('shadow', 100, [shadow.endpoint])] };
    const { port } = await rig({
      bufferBytes: 1000,
      routes: [
        route('demo', [live.endpoint], { backends: [{ ...backend('demo', 100, [live.endpoint]), mirror }] }),
      ],
    });
    const body = 'x'.repeat(300_000);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      expect((await send(port, '/api/predict/demo', { body, headers })).body).toBe('live');
    }
    await expect.poll(() => copies.length).toBe(2);
    expect(copies.every((copy) => copy.body === body)).toBe(true);
  });

  test('a target that is dead, broken or silent changes nothing for callers', async () => {
    const live = await answering('live');
    const gone = await testInstance('gone');
    gone.server.destroy();
    const broken = await testInstance('broken', (exchange) => exchange.upgrade().socket.destroy());
    const full = await testInstance('full', (exchange) => exchange.respond(450, [], 'full'));
    const silent = await testInstance('silent', () => {});
    const targets = [gone, broken, full, silent].map(({ endpoint }) =>
      backend(endpoint.instanceId, 100, [endpoint]),
    );
    const mirror = { ratio: 100, targets: [...targets, backend('absent', 100, [])] };
    const { call, metric } = await rig({
      routes: [
        route('demo', [live.endpoint], {
          timeoutMs: 300,
          backends: [{ ...backend('demo', 100, [live.endpoint]), mirror }],
        }),
      ],
    });
    expect((await call('/api/predict/demo', { body: 'b' })).body).toBe('live');
    const count = (outcome: string, target: string): Promise<number> =>
      metric(
        `openeas_gateway_mirrored_requests_total{outcome="${outcome}",service="demo",target="${target}"}`,
      );
    await expect.poll(() => count('failed', 'gone')).toBe(1);
    await expect.poll(() => count('failed', 'broken')).toBe(1);
    await expect.poll(() => count('refused', 'full')).toBe(1);
    await expect.poll(() => count('failed', 'silent')).toBe(1);
    expect(await count('dropped', 'absent')).toBe(1);
  });

  test('no more copies are under way to a slow target than allowed; the others are dropped', async () => {
    const live = await answering('live');
    let finish: (() => void)[] = [];
    const slow = await testInstance('slow', (exchange) => {
      finish.push(() => exchange.respond(200, [], 'late'));
    });
    const mirror = { ratio: 100, targets: [backend('slow', 100, [slow.endpoint])] };
    const { call, metric } = await rig({
      routes: [
        route('demo', [live.endpoint], { backends: [{ ...backend('demo', 100, [live.endpoint]), mirror }] }),
      ],
    });
    for (let i = 0; i < MIRROR_LIMITS.perTarget + 5; i++) await call('/api/predict/demo', { body: 'b' });
    const series = (outcome: string): string =>
      `openeas_gateway_mirrored_requests_total{outcome="${outcome}",service="demo",target="slow"}`;
    expect(await metric(series('dropped'))).toBe(5);
    await expect.poll(() => finish.length).toBe(MIRROR_LIMITS.perTarget);
    for (const answer of finish) answer();
    await expect.poll(() => metric(series('answered'))).toBe(MIRROR_LIMITS.perTarget);
    finish = [];
    await call('/api/predict/demo', { body: 'b' });
    await expect.poll(() => finish.length).toBe(1);
    for (const answer of finish) answer();
  });

  test('counts go on while the route changes, and end with the mirror', async () => {
    const live = await answering('live');
    const shadow = await answering('shadow');
    const mirror = { ratio: 100, targets: [backend('shadow', 100, [shadow.endpoint])] };
    const mirrored = route('demo', [live.endpoint], {
      backends: [{ ...backend('demo', 100, [live.endpoint]), mirror }],
    });
    const { call, control, metric } = await rig({ routes: [mirrored] });
    const series =
      'openeas_gateway_mirrored_requests_total{outcome="answered",service="demo",target="shadow"}';
    await call('/api/predict/demo', { body: 'b' });
    await expect.poll(() => metric(series)).toBe(1);
    control.set({ ...mirrored, timeoutMs: 9_000, tokens: [TOKEN, 'other'] });
    await expect.poll(async () => (await call('/api/predict/demo', { token: 'other' })).status).toBe(200);
    await expect.poll(() => metric(series)).toBe(2);
    control.set(route('demo', [live.endpoint]));
    await expect.poll(() => metric(series)).toBeNaN();
    expect((await call('/api/predict/demo', { body: 'b' })).body).toBe('live');
  });

  test('a request that is cut off in its body is not copied, and its memory is given back', async () => {
    const budget = new MirrorBudget(10);
    expect([budget.take(6), budget.take(5), budget.take(4)]).toEqual([true, false, true]);
    budget.giveBack(6);
    budget.giveBack(4);
    expect(budget.used).toBe(0);
  });
});

test('a route is also found by its further names, until it has them no more', async () => {
  const live = await answering('live');
  const named = route('stable', [live.endpoint], { aliases: ['ranking.stable'] });
  const { call, control } = await rig({ routes: [named] });
  expect((await call('/api/predict/ranking.stable/x', { body: 'b' })).body).toBe('live');
  expect(live.seen.at(-1)?.path).toBe('/api/predict/ranking.stable/x');
  control.set(route('stable', [live.endpoint]));
  await expect.poll(async () => (await call('/api/predict/ranking.stable')).status).toBe(404);
  expect((await call('/api/predict/stable')).status).toBe(200);
});
