import { expect, test } from 'vitest';
import { instance } from '../testing/facts.js';
import { scaleInOrder } from './scale-in-order.js';

test('named ones go first, then those that serve nobody, then the newest', () => {
  const instances = [
    instance('oldest', { createdAt: 1 }),
    instance('newest', { createdAt: 9 }),
    instance('named', { createdAt: 2 }),
    instance('named-by-name', { createdAt: 3, name: 'demo-x' }),
    instance('isolated', { createdAt: 4, isolated: true }),
    instance('loading', { createdAt: 5, phase: 'Loading' }),
  ];
  expect(scaleInOrder(instances, ['named', 'demo-x']).map((each) => each.id)).toEqual([
    'named-by-name',
    'named',
    'loading',
    'isolated',
    'newest',
    'oldest',
  ]);
});

test('the order does not depend on the order of the rows', () => {
  const instances = ['b', 'a', 'c'].map((id) => instance(id));
  const ids = (list: readonly { id: string }[]): readonly string[] => list.map((each) => each.id);
  expect(ids(scaleInOrder(instances, []))).toEqual(ids(scaleInOrder([...instances].reverse(), [])));
});
