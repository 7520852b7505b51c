import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN_PATHS } from './key-index.js';
import { applyOverrides, parseOverrides } from './overrides.js';

describe('parseOverrides', () => {
  it('reads the text by the type of its key', () => {
    expect(
      parseOverrides([
        'metadata.instance=10',
        'metadata.cpu=0.5',
        'rpc.batching=true',
        'metadata.workspace_id=123',
        'metadata.rolling_strategy.max_surge=20%',
        'source=10',
        'labels.a.b=1=2',
        'labels={"c": "d"}',
        'model_config={"graph_pool_size": 8}',
        'rpc.http.default_headers.X-Model=v1',
      ]),
    ).toEqual({
      model_config: { graph_pool_size: 8 },
      source: '10',
      labels: { 'a.b': '1=2', c: 'd' },
      metadata: {
        instance: 10,
        cpu: 0.5,
        workspace_id: '123',
        rolling_strategy: { max_surge: '20%' },
        rpc: { batching: true, http: { default_headers: { 'X-Model': 'v1' } } },
      },
    });
  });

  it('keeps text of model_config that is no object', () => {
    expect(parseOverrides(['model_config=threshold: 0.5'])).toEqual({ model_config: 'threshold: 0.5' });
    expect(parseOverrides(['model_config={broken'])).toEqual({ model_config: '{broken' });
    expect(parseOverrides(['token='])).toEqual({ token: '' });
  });

  it('names what is wrong with an argument', () => {
    expect(() => parseOverrides(['metadata.instance'])).toThrow(
      '-D: "metadata.instance" is not valid; expected KEY=VALUE, e.g. metadata.instance=2',
    );
    expect(() => parseOverrides(['metadata.instance=1', 'metadata.instance=2'])).toThrow('is given twice');
    expect(() => parseOverrides(['metadata.instanec=1'])).toThrow(
      'the nearest known key is metadata.instance',
    );
    expect(() => parseOverrides(['metadata.instance=ten'])).toThrow('"ten" is not valid');
    expect(() => parseOverrides(['labels=x'])).toThrow(
      'labels: "x" is not valid; expected an object of text values',
    );
    expect(() => parseOverrides(['__proto__=1'])).toThrow('__proto__: is not a known key');
  });
});

describe('parseOverrides, given anything,', () => {
  it('throws nothing but InvalidServiceDescription', () => {
    const path = fc.oneof(
      fc.constantFrom(...KNOWN_PATHS, 'labels.a', 'model_config.b', 'rpc', '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(path, fc.constantFrom('=', ''), fc.oneof(fc.string(), fc.json()))),
        (parts) => {
          try {
            parseOverrides(parts.map((part) => part.join('')));
          } catch (error) {
            expect(error).toMatchObject({ code: 'InvalidServiceDescription' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('applyOverrides', () => {
  it('lays the overrides over a configuration', () => {
    const current = { name: 'demo', metadata: { instance: 1, rpc: { keepalive: 100 } } };
    expect(applyOverrides(current, ['metadata.instance=10', 'metadata.cpu=5'])).toEqual({
      name: 'demo',
      metadata: { instance: 10, cpu: 5, rpc: { keepalive: 100 } },
    });
  });
});
