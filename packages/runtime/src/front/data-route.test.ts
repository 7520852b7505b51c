import { expect, test } from 'vitest';
import { routeOf } from './data-route.js';

test.each([
  ['/api/predict/demo', { kind: 'predict', service: 'demo', rest: '' }],
  ['/api/predict/demo/', { kind: 'predict', service: 'demo', rest: '' }],
  ['/api/predict/demo/v1/x', { kind: 'predict', service: 'demo', rest: '/v1/x' }],
  ['/api/predict/demo//x', { kind: 'predict', service: 'demo', rest: '//x' }],
  ['/api/predict/', { kind: 'unknown' }],
  ['/api/predict//x', { kind: 'unknown' }],
  ['/api/predictdemo', { kind: 'unknown' }],
  ['/api/builtin/ping', { kind: 'builtin', name: 'ping' }],
  ['/metrics', { kind: 'metrics' }],
  ['/metrics/', { kind: 'unknown' }],
])('%s', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});
