import { describe, expect, test } from 'vitest';
import { createRegistry } from './registry.js';

describe('metric registry', () => {
  test('shows a series at zero before anything happened', () => {
    const registry = createRegistry();
    registry.counter('requests_total', 'Requests.', { code: '200' });
    registry.gauge('queue', 'Queued.');
    expect(registry.render()).toBe(
      [
        '# HELP requests_total Requests.',
        '# TYPE requests_total counter',
        'requests_total{code="200"} 0',
        '# HELP queue Queued.',
        '# TYPE queue gauge',
        'queue 0',
        '',
      ].join('\n'),
    );
  });

  test('gives the same handle for the same name and labels, whatever their order', () => {
    const registry = createRegistry();
    const a = registry.counter('x_total', '', { a: '1', b: '2' });
    const b = registry.counter('x_total', '', { b: '2', a: '1' });
    a.inc();
    b.inc(2);
    expect(a.value).toBe(3);
    expect(registry.render()).toContain('x_total{a="1",b="2"} 3');
  });

  test('refuses one name as two kinds, and names that are none', () => {
    const registry = createRegistry();
    registry.counter('x_total', '');
    expect(() => registry.gauge('x_total', '')).toThrow('x_total is a counter, asked for as a gauge');
    expect(() => registry.counter('9x', '')).toThrow('9x is not a metric name');
    expect(() => registry.counter('y_total', '', { 'a-b': '1' })).toThrow('a-b is not a label name');
  });

  test('escapes label values and help', () => {
    const registry = createRegistry({ service: 'a"b\\c\nd' });
    registry.counter('x_total', 'one\ntwo\\');
    expect(registry.render()).toContain('x_total{service="a\\"b\\\\c\\nd"} 0');
    expect(registry.render()).toContain('# HELP x_total one\\ntwo\\\\');
  });

  test('ignores steps back of a counter', () => {
    const counter = createRegistry().counter('x_total', '');
    counter.inc(2);
    counter.inc(-1);
    counter.inc(Number.NaN);
    expect(counter.value).toBe(2);
  });

  test('reads a gauge with a source at each scrape', () => {
    const registry = createRegistry();
    let depth = 1;
    registry.gauge('depth', '', {}, () => depth);
    expect(registry.render()).toContain('depth 1\n');
    depth = 7;
    expect(registry.render()).toContain('depth 7\n');
  });

  test('drops a removed series and keeps its neighbours', () => {
    const registry = createRegistry({ host: 'h' });
    registry.counter('x_total', '', { s: 'a' }).inc();
    registry.counter('x_total', '', { s: 'b' }).inc();
    registry.remove('x_total', { s: 'a' });
    expect(registry.render()).not.toContain('s="a"');
    expect(registry.render()).toContain('x_total{host="h",s="b"} 1');
  });
});

describe('histogram', () => {
  test('puts a value on a bound into that bucket, and cumulates', () => {
    const registry = createRegistry();
    const histogram = registry.histogram('t_seconds', 'T.', [0.1, 1], { path: 'p' });
    for (const value of [0.05, 0.1, 0.5, 3]) histogram.observe(value);
    expect(registry.render()).toContain(
      [
        't_seconds_bucket{path="p",le="0.1"} 2',
        't_seconds_bucket{path="p",le="1"} 3',
        't_seconds_bucket{path="p",le="+Inf"} 4',
        't_seconds_sum{path="p"} 3.65',
        't_seconds_count{path="p"} 4',
      ].join('\n'),
    );
  });

  test('estimates quantiles inside buckets', () => {
    const histogram = createRegistry().histogram('t', '', [1, 2, 4]);
    expect(histogram.quantile(0.5)).toBe(0);
    for (const value of [0.5, 1.5, 1.6, 3]) histogram.observe(value);
    expect(histogram.quantile(0.5)).toBe(1.5);
    expect(histogram.quantile(1)).toBe(4);
    histogram.observe(100);
    expect(histogram.quantile(1)).toBe(4);
  });

  test('refuses bounds that do not ascend', () => {
    expect(() => createRegistry().histogram('t', '', [1, 1])).toThrow('must ascend');
  });
});
