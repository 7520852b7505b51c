import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenEasError } from '../errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { KNOWN_PATHS, SERVICE_KEY_TABLE } from './key-index.js';
import type { KeySpec, KeyType } from './key-spec.js';
import { parseServiceDescription } from './parse.js';
import { problemsOf } from './problems.js';
import { exportServiceConfig, mergeServiceConfig, normaliseServiceConfig } from './service-config.js';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());

/** Values in normal form that a key takes. */
function normalValue(spec: KeySpec): fc.Arbitrary<JsonValue> {
  const type: KeyType = spec.type;
  switch (type.kind) {
    case 'text':
      return type.pattern === undefined
        ? fc.stringMatching(/^[ -~]{0,20}$/)
        : fc.constantFrom(...EXAMPLES.filter((example) => type.pattern!.test(example)));
    case 'choice':
      return fc.constantFrom(...type.values);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: Math.ceil(type.min), max: Math.floor(type.max) });
    case 'countOrShare':
      return fc.oneof(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 100 }).map((n) => `${n}%`),
      );
    case 'map':
      return fc.dictionary(name, name, { minKeys: 1, noNullPrototype: true });
    case 'switches':
      return fc.dictionary(fc.constantFrom(...type.names), name, { minKeys: 1, noNullPrototype: true });
    case 'textOrObject':
    case 'object':
      return fc.dictionary(name, scalar, { minKeys: 1, noNullPrototype: true });
    case 'list':
      return fc.array(scalar, { maxLength: 3 });
    case 'any':
      return fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
  }
}

const EXAMPLES = [
  'demo',
  'a-b_c',
  'https://example.com/m.zip',
  'oss://bucket/a/',
  '/models/a.pmml',
  'dir/app.py',
];

interface Given {
  readonly spec: KeySpec;
  readonly value: JsonValue;
  /** The path it is written under and at which dots objects are nested. */
  readonly path: string;
  readonly cuts: readonly boolean[];
}

const given: fc.Arbitrary<readonly Given[]> = fc
  .uniqueArray(fc.constantFrom(...SERVICE_KEY_TABLE), { maxLength: 12, selector: (spec) => spec.path })
  .chain((specs) =>
    fc.tuple(
      ...specs.map((spec) =>
        fc.record({
          spec: fc.constant(spec),
          value: normalValue(spec),
          path: fc.constantFrom(spec.path, ...spec.aliases),
          cuts: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        }),
      ),
    ),
  );

/** `a.b.c` with cuts after a: {a: {'b.c': value}}; joined into `target` where objects meet. */
function write(target: Record<string, unknown>, { path, cuts, value }: Given): void {
  const parts: string[] = [];
  path.split('.').forEach((segment, index) => {
    if (index === 0 || cuts[index]) parts.push(segment);
    else parts[parts.length - 1] += `.${segment}`;
  });
  let node = target;
  for (const part of parts.slice(0, -1)) {
    const inner = node[part];
    if (inner === undefined) node[part] = {};
    // A key that is a value and a prefix can be nested only where no value stands.
    else if (!isJsonObject(inner)) {
      target[path] = value;
      return;
    }
    node = node[part] as Record<string, unknown>;
  }
  const last = parts.at(-1)!;
  if (Object.hasOwn(node, last)) target[path] = value;
  else node[last] = value;
}

function canonical(list: readonly Given[]): JsonObject {
  return normaliseServiceConfig(Object.fromEntries(list.map(({ spec, value }) => [spec.path, value])));
}

describe('normaliseServiceConfig', () => {
  it('gives nested, dotted and aliased writings of one configuration the same canonical form', () => {
    fc.assert(
      fc.property(given, (list) => {
        const raw: Record<string, unknown> = {};
        for (const each of list) write(raw, each);
        expect(normaliseServiceConfig(raw)).toEqual(canonical(list));
      }),
    );
  });

  it('changes nothing that is canonical already, not even the order of keys', () => {
    fc.assert(
      fc.property(given, (list) => {
        const once = canonical(list);
        expect(JSON.stringify(normaliseServiceConfig(once))).toBe(JSON.stringify(once));
      }),
    );
  });

  it('turns numbers and booleans written as text into what they mean', () => {
    expect(
      normaliseServiceConfig({
        generate_token: 'True',
        metadata: { instance: ' 2 ', cpu: '0.5', workspace_id: 42, rolling_strategy: { max_surge: ' 20 %' } },
      }),
    ).toEqual({
      generate_token: true,
      metadata: { instance: 2, cpu: 0.5, workspace_id: '42', rolling_strategy: { max_surge: '20%' } },
    });
  });

  it('leaves what lies inside model_config alone, but reads a dotted path into it', () => {
    expect(normaliseServiceConfig({ model_config: { 'a.b': 1 } })).toEqual({ model_config: { 'a.b': 1 } });
    expect(normaliseServiceConfig({ 'model_config.a.b': 1 })).toEqual({ model_config: { a: { b: 1 } } });
  });

  it('spreads null over every key of a section, under its primary path', () => {
    const metadata = normaliseServiceConfig({ name: 'a', metadata: null });
    expect(metadata).toMatchObject({ name: 'a', metadata: { instance: null, rpc: { keepalive: null } } });
    expect(normaliseServiceConfig({ metadata: null })).not.toHaveProperty('name');
    expect(normaliseServiceConfig({ 'cloud.logging': null })).toEqual({
      cloud: { logging: { paths: null, logtail_uid: null } },
    });
    expect(normaliseServiceConfig({ rpc: null })).toMatchObject({
      metadata: { rpc: { keepalive: null, worker_threads: null, max_batch_size: null } },
    });
  });

  it('is not led astray by names of Object.prototype', () => {
    const raw = JSON.parse(
      '{"labels": {"constructor": "a", "toString": "b"}, "model_config": {"constructor": {"x": 1}}}',
    );
    expect(normaliseServiceConfig(raw)).toEqual(raw);
    for (const hostile of [
      '{"__proto__": {"x": 1}}',
      '{"a.__proto__.b": 1}',
      '{"labels": {"__proto__": "x"}}',
      '{"model_config": {"a": {"__proto__": {"x": 1}}}}',
      '{"constructor.prototype.x": 1}',
    ]) {
      expect(() => normaliseServiceConfig(JSON.parse(hostile)), hostile).toThrow(OpenEasError);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('parseServiceDescription', () => {
  it('throws nothing but InvalidServiceDescription with its problems, whatever JSON comes in', () => {
    const keys = fc.oneof(
      fc.constantFrom(...KNOWN_PATHS),
      fc.constantFrom('metadata', 'rpc', 'a.b', ''),
      fc.string(),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.jsonValue(),
        fc.dictionary(keys, tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (raw) => {
        try {
          parseServiceDescription(raw, { processors: ['pmml'], region: 'local' });
        } catch (error) {
          expect(error).toMatchObject({ name: 'OpenEasError', code: 'InvalidServiceDescription' });
          expect(problemsOf(error).length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('survives nesting and documents far beyond any real ones', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = { metadata: deep };
    expect(() => parseServiceDescription(deep)).toThrow(/nested too deeply|not a known key/);
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index]));
    expect(() => parseServiceDescription(wide)).toThrow(/and 199\d\d more/);
  });

  it('gives the same configuration when its own result is parsed again', () => {
    const raw = {
      name: 'demo',
      processor: 'pmml',
      model_path: '/m.pmml',
      token: null,
      labels: { a: null, b: 1 },
      metadata: { workers: '3', instance: 0, gpu: 0, resource: 'public', type: 'Standard' },
    };
    const { config, description } = parseServiceDescription(raw);
    expect(config).toEqual({
      name: 'demo',
      processor: 'pmml',
      model_path: '/m.pmml',
      labels: { b: '1' },
      metadata: { instance: 0, gpu: 0, resource: 'public', type: 'Standard', rpc: { worker_threads: 3 } },
    });
    expect(parseServiceDescription(config)).toEqual({ config, description });
  });

  it('opens a service only when its token is the empty text, whatever generate_token says', () => {
    const base = { name: 'demo', processor: 'pmml', model_path: '/m.pmml', metadata: { instance: 1 } };
    const token = (extra: object): string | undefined =>
      parseServiceDescription({ ...base, ...extra }).description.token;
    expect(token({})).toBeUndefined();
    expect(token({ generate_token: 'true' })).toBeUndefined();
    expect(token({ token: '' })).toBe('');
    expect(token({ generate_token: 'false' })).toBeUndefined();
    expect(token({ generate_token: false, token: 'secret' })).toBe('secret');
  });

  it('says which accepted keys have no effect', () => {
    const { description } = parseServiceDescription({
      name: 'demo',
      processor: 'pmml',
      model_path: '/m.pmml',
      metadata: { instance: 1, cuda: '9.0', 'rpc.enable_jemalloc': true, 'rpc.max_batch_size': 64 },
    });
    expect(description.rpc.notes).toEqual([
      'metadata.cuda has no effect: no CUDA is mounted: the processors of this installation run on the CPU',
      'metadata.rpc.max_batch_size has no effect: rpc.batching is false',
      'metadata.rpc.enable_jemalloc has no effect: the engine of OpenEAS does not choose its allocator',
    ]);
  });

  it('lets a gateway limit hold that is given, unless it is switched off', () => {
    const limits = (policy: object): unknown =>
      parseServiceDescription({
        name: 'demo',
        processor: 'pmml',
        model_path: '/m.pmml',
        metadata: { instance: 1 },
        networking: { gateway_policy: policy },
      }).description.gatewayPolicy;
    expect(limits({ rate_limit: { limit: 5 }, concurrency_limit: { enable: true, limit: 7 } })).toEqual({
      rateLimit: 5,
      concurrencyLimit: 7,
    });
    expect(limits({ rate_limit: { enable: false, limit: 5 } })).toEqual({
      rateLimit: undefined,
      concurrencyLimit: undefined,
    });
  });

  it('takes the names of compressions as the Java client spells them', () => {
    const { description } = parseServiceDescription({
      name: 'demo',
      processor: 'pmml',
      model_path: '/m.pmml',
      metadata: { instance: 1, rpc: { decompressor: 'LZ4Frame' } },
    });
    expect(description.rpc.decompressor).toBe('lz4frame');
  });

  it('never shows a token in a message', () => {
    const raw = {
      token: 'geheim-1',
      credential: { token: 'geheim-2' },
      private_token: 'geheim-3',
      dockerAuth: 'geheim-4',
    };
    expect.assertions(3);
    expect(() => parseServiceDescription({ tokne: 'geheim' })).toThrow(
      /tokne: is not a known key; the nearest/,
    );
    try {
      parseServiceDescription(raw);
    } catch (error) {
      expect((error as Error).message).toContain('credential.token: means the same key as token');
      expect((error as Error).message).not.toContain('geheim');
    }
  });
});

describe('mergeServiceConfig', () => {
  it('keeps what the patch does not name, and the patch wins where it does', () => {
    fc.assert(
      fc.property(given, given, (a, b) => {
        const [current, patch] = [canonical(a), canonical(b)];
        expect(mergeServiceConfig(current, {})).toEqual(current);
        expect(mergeServiceConfig({}, patch)).toEqual(patch);
        const merged = mergeServiceConfig(current, patch);
        expect(mergeServiceConfig(merged, patch)).toEqual(merged);
        expect(normaliseServiceConfig(merged)).toEqual(merged);
      }),
    );
  });

  it('removes with null exactly what it names', () => {
    fc.assert(
      fc.property(given, fc.nat(), (list, pick) => {
        if (list.length === 0) return;
        const gone = list[pick % list.length]!;
        const patch = normaliseServiceConfig({ [gone.path]: null });
        const rest = list.filter((each) => each !== gone);
        expect(mergeServiceConfig(canonical(list), patch)).toEqual(canonical(rest));
      }),
    );
  });

  it('replaces lists and merges objects', () => {
    const current = normaliseServiceConfig({ metrics: [{ name: 'a' }], model_config: { a: 1, b: { c: 2 } } });
    const patch = normaliseServiceConfig({ metrics: [], model_config: { b: { d: 3 } } });
    expect(mergeServiceConfig(current, patch)).toEqual({
      metrics: [],
      model_config: { a: 1, b: { c: 2, d: 3 } },
    });
  });
});

describe('exportServiceConfig', () => {
  it('hides tokens and identities and nothing else', () => {
    const config = normaliseServiceConfig({
      name: 'demo',
      token: 'secret',
      private_token: '',
      metadata: { uid: '1', caller_uid: '2', instance: 1 },
    });
    expect(exportServiceConfig({ ...config, action: 'x', actionTime: 1 })).toEqual({
      name: 'demo',
      metadata: { instance: 1 },
    });
    expect(exportServiceConfig(normaliseServiceConfig({ name: 'demo', 'metadata.uid': '1' }))).toEqual({
      name: 'demo',
    });
  });
});
