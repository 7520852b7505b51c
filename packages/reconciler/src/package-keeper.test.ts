import type { Artifact, ArtifactStore } from '@openeas/artifacts';
import { OpenEasError, parseServiceDescription } from '@openeas/contracts';
import { ManualClock } from '@openeas/kernel';
import type { VersionRecord } from '@openeas/store';
import { expect, test, vi } from 'vitest';
import { PackageKeeper, type PackageRequest } from './package-keeper.js';

/** An artifact store whose fetches end when the test says so. */
class HandFed implements ArtifactStore {
  readonly asked: {
    source: string;
    end(artifact: Artifact): void;
    fail(error: unknown): void;
    signal: AbortSignal;
  }[] = [];
  readonly collected: ReadonlySet<string>[] = [];

  ensure(ref: { source: string }, { signal }: { signal: AbortSignal }): Promise<Artifact> {
    return new Promise((end, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason), { once: true });
      this.asked.push({ source: ref.source, end, fail, signal });
    });
  }
  async open(): Promise<Artifact | undefined> {
    return undefined;
  }
  async collect(keep: ReadonlySet<string>): Promise<number> {
    this.collected.push(keep);
    return 0;
  }
  async close(): Promise<void> {}
}

const artifact = (name: string): Artifact => ({
  digest: `sha256:${name}`,
  dir: `/kept/${name}`,
  singleFile: 'model.pmml',
  bytes: 1,
  files: 1,
});

function setup() {
  const artifacts = new HandFed();
  const clock = new ManualClock(5_000);
  const changed: string[] = [];
  const recorded: unknown[] = [];
  const gone = new Set<number>();
  const keeper = new PackageKeeper({
    artifacts,
    clock,
    record: async (_version, digests) => void recorded.push(digests),
    onChange: (uid) => void changed.push(uid),
    concurrency: 2,
    onCollectError: () => {},
    isKept: async (_uid, version) => !gone.has(version),
  });
  return { artifacts, clock, changed, recorded, keeper, gone };
}

function request(change: Partial<PackageRequest> = {}): PackageRequest {
  const config = {
    name: 'demo',
    processor: 'pmml',
    model_path: '/m.pmml',
    metadata: { instance: 1, cpu: 1 },
  };
  const version: VersionRecord = {
    serviceUid: 'u',
    version: 1,
    revision: 1,
    config: JSON.stringify(config),
    image: '',
    modelDigest: null,
    processorDigest: null,
    message: '',
    createdAt: 0,
  };
  const { description } = parseServiceDescription(config);
  return { serviceUid: 'u', accountUid: '1', generation: 1, version, description, ...change };
}

const told = (changed: readonly string[], count: number): Promise<boolean> =>
  vi.waitUntil(() => changed.length >= count);

test('packages are fetched once, recorded, and then known by their folder and entry', async () => {
  const { artifacts, changed, recorded, keeper } = setup();
  expect(keeper.state(request())).toEqual({ kind: 'missing' });
  keeper.ensure(request());
  keeper.ensure(request());
  expect(keeper.state(request())).toEqual({ kind: 'fetching' });
  await vi.waitUntil(() => artifacts.asked.length === 1);
  artifacts.asked[0]?.end(artifact('m'));
  await told(changed, 1);
  expect(keeper.state(request())).toEqual({ kind: 'ready' });
  expect(recorded).toEqual([{ modelDigest: 'sha256:m', processorDigest: null }]);
  expect(keeper.get('u', request().version)).toEqual({
    modelDir: '/kept/m',
    modelEntry: '/kept/m/model.pmml',
    processorDir: null,
    warmUpFiles: [],
  });
  expect(artifacts.asked).toHaveLength(1);
});

test('a source that cannot be reached is tried again, later each time; its cause is told', async () => {
  const { artifacts, clock, changed, keeper } = setup();
  for (const [n, delay] of [1_000, 2_000, 4_000].entries()) {
    keeper.ensure(request());
    await vi.waitUntil(() => artifacts.asked.length === n + 1);
    // While it is tried again there is still that cause to tell.
    if (n > 0) expect(keeper.state(request())).toMatchObject({ failure: { code: 'ArtifactFetchFailed' } });
    const facts = { field: 'model_path', source: '/m.pmml', reason: 'no route' };
    artifacts.asked[n]?.fail(new OpenEasError('ArtifactFetchFailed', facts));
    await told(changed, n + 1);
    expect(keeper.state(request())).toEqual({
      kind: 'failed',
      permanent: false,
      code: 'ArtifactFetchFailed',
      message: 'model_path: /m.pmml could not be fetched: no route',
      retryAt: clock.now() + delay,
    });
  }
});

test('a mistake of the caller stays until something is changed', async () => {
  const { artifacts, changed, keeper } = setup();
  keeper.ensure(request());
  await vi.waitUntil(() => artifacts.asked.length === 1);
  artifacts.asked[0]?.fail(
    new OpenEasError('ArtifactNotFound', { field: 'model_path', source: 'x', reason: '404' }),
  );
  await told(changed, 1);
  expect(keeper.state(request())).toMatchObject({ kind: 'failed', permanent: true });
  expect(keeper.state(request({ generation: 2 }))).toEqual({ kind: 'missing' });
});

test('a service that goes takes its fetches along', async () => {
  const { artifacts, changed, keeper } = setup();
  keeper.ensure(request());
  await vi.waitUntil(() => artifacts.asked.length === 1);
  keeper.forget('u');
  expect(artifacts.asked[0]?.signal.aborted).toBe(true);
  await keeper.close();
  expect(changed).toEqual([]);
});

test('no more versions than allowed are fetched at a time; one that is given up frees its place', async () => {
  const { artifacts, changed, keeper } = setup();
  const { version } = request();
  const nth = (n: number): PackageRequest =>
    request({ serviceUid: `u${n}`, version: { ...version, serviceUid: `u${n}` } });
  for (let n = 0; n < 5; n++) keeper.ensure(nth(n));
  await vi.waitUntil(() => artifacts.asked.length === 2);
  expect(keeper.state(nth(4))).toEqual({ kind: 'fetching' });
  keeper.forget('u2');
  keeper.forget('u0');
  await vi.waitUntil(() => artifacts.asked.length === 3);
  for (let n = 0; n < 4; n++) {
    await vi.waitUntil(() => artifacts.asked.length > n);
    artifacts.asked[n]?.end(artifact('m'));
  }
  await told(changed, 3);
  expect([...changed].sort()).toEqual(['u1', 'u3', 'u4']);
  expect(artifacts.asked).toHaveLength(4);
});

test('nothing is swept away while something is fetched, and what is in use is kept', async () => {
  const { artifacts, changed, keeper } = setup();
  keeper.ensure(request());
  await vi.waitUntil(() => artifacts.asked.length === 1);
  keeper.collect(async () => new Set(['sha256:stored']));
  keeper.collect(async () => new Set(['sha256:stored']));
  expect(artifacts.collected).toEqual([]);
  artifacts.asked[0]?.end(artifact('m'));
  await told(changed, 1);
  await vi.waitUntil(() => artifacts.collected.length === 1);
  expect(artifacts.collected).toEqual([new Set(['sha256:stored', 'sha256:m'])]);
});

test('the packages of a version that is not kept any more are swept away with those of others', async () => {
  const { artifacts, changed, keeper, gone } = setup();
  keeper.ensure(request());
  await vi.waitUntil(() => artifacts.asked.length === 1);
  artifacts.asked[0]?.end(artifact('m'));
  await told(changed, 1);
  gone.add(1);
  keeper.collect(async () => new Set(['sha256:stored']));
  await vi.waitUntil(() => artifacts.collected.length === 1);
  expect(artifacts.collected).toEqual([new Set(['sha256:stored'])]);
  expect(keeper.state(request())).toEqual({ kind: 'missing' });
});
