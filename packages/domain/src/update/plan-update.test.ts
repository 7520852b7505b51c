import { normaliseServiceConfig, type ServiceConfig } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planUpdate, withInstanceCount } from './plan-update.js';

const CURRENT = normaliseServiceConfig({
  name: 'demo',
  processor: 'pmml',
  model_path: 'http://models/heart.pmml',
  metadata: { instance: 2, cpu: 1, 'rpc.keepalive': 1000 },
  labels: { team: 'a' },
});

function merge(patch: object): ReturnType<typeof planUpdate> {
  return planUpdate(CURRENT, normaliseServiceConfig(patch), 'merge');
}

it.each<[string, object, string]>([
  ['nothing at all', {}, 'unchanged'],
  ['what is there already', { metadata: { cpu: 1 } }, 'unchanged'],
  ['another number of instances', { 'metadata.instance': 5 }, 'scale'],
  ['more memory', { 'metadata.memory': 500 }, 'revise'],
  ['more instances and more memory', { metadata: { instance: 5, memory: 500 } }, 'revise'],
  ['a longer keepalive', { rpc: { keepalive: 9000 } }, 'revise'],
  ['another token', { token: 'new' }, 'revise'],
  ['another label', { labels: { team: 'b' } }, 'settings'],
  ['a label less', { labels: null }, 'settings'],
  ['a gateway limit', { networking: { gateway_policy: { rate_limit: { limit: 5 } } } }, 'settings'],
  ['the API-gateway address', { networking: { api_gateway: { enable: true } } }, 'settings'],
  ['the AKSK scheme', { networking: { access_key: { enable: true } } }, 'settings'],
  [
    'a rolling strategy and more instances',
    { metadata: { instance: 3, rolling_strategy: { max_surge: 2 } } },
    'settings',
  ],
  ['another model', { model_path: 'http://models/other.pmml' }, 'newVersion'],
  ['the same model, whose content may be new', { model_path: 'http://models/heart.pmml' }, 'newVersion'],
  ['a model configuration', { model_config: { a: 1 } }, 'newVersion'],
  ['a processor', { processor: 'pmml', metadata: { instance: 2 } }, 'newVersion'],
])('merging %s comes to: %s → %s', (_, patch, kind) => {
  expect(merge(patch).kind).toBe(kind);
});

it('merges into what is there and removes what is null', () => {
  expect(merge({ metadata: { memory: 500, cpu: null } }).config).toEqual(
    normaliseServiceConfig({
      name: 'demo',
      processor: 'pmml',
      model_path: 'http://models/heart.pmml',
      metadata: { instance: 2, memory: 500, 'rpc.keepalive': 1000 },
      labels: { team: 'a' },
    }),
  );
});

it('scales only when a whole description differs in nothing but the number of instances', () => {
  const whole = withInstanceCount(CURRENT, 7);
  expect(planUpdate(CURRENT, whole, 'replace')).toEqual({ kind: 'scale', config: whole });
});

it('replaces everything but the name and the token', () => {
  const patch = normaliseServiceConfig({
    processor: 'pmml',
    model_path: 'http://x/y',
    metadata: { instance: 1 },
  });
  const plan = planUpdate({ ...CURRENT, token: 'secret' }, patch, 'replace');
  expect(plan.kind).toBe('newVersion');
  expect(plan.config).toEqual({ name: 'demo', token: 'secret', ...patch });
});

const anyPatch: fc.Arbitrary<ServiceConfig> = fc
  .record(
    {
      model_path: fc.constantFrom('http://models/heart.pmml', 'http://b'),
      metadata: fc.record(
        { instance: fc.nat(5), cpu: fc.constantFrom(1, 2), memory: fc.nat(1000) },
        { requiredKeys: [] },
      ),
      labels: fc.dictionary(fc.constantFrom('team', 'x'), fc.constantFrom('a', 'b')),
    },
    { requiredKeys: [] },
  )
  .map((raw) => normaliseServiceConfig(raw));

it('is settled by what it makes: asking for the result again never rolls an instance', () => {
  fc.assert(
    fc.property(anyPatch, (patch) => {
      const { config } = planUpdate(CURRENT, patch, 'merge');
      expect(planUpdate(config, {}, 'merge').kind).toBe('unchanged');
      expect(planUpdate(config, patch, 'merge').config).toEqual(config);
    }),
  );
});

it('never replaces an instance for the number of instances alone, whatever else is there', () => {
  fc.assert(
    fc.property(anyPatch, fc.integer({ min: 6, max: 9 }), (patch, instance) => {
      const base = planUpdate(CURRENT, patch, 'merge').config;
      expect(planUpdate(base, withInstanceCount({}, instance), 'merge').kind).toBe('scale');
    }),
  );
});
