import { expect, test } from 'vitest';
import { groupRecords } from './group-records.js';

test('rows of a group become one record of aligned lists, in order of first appearance', () => {
  const rows = [
    { who: 'b', item: 'tea', day: 2 },
    { who: 'a', item: 'milk' },
    { who: 'b', item: 'cake', day: 1 },
    { item: 'salt' },
    { item: 'salt' },
  ];
  expect(groupRecords(rows, 'who')).toEqual([
    { who: 'b', item: ['tea', 'cake'], day: [2, 1] },
    { who: 'a', item: ['milk'] },
    { item: ['salt'] },
    { item: ['salt'] },
  ]);
  expect(groupRecords([], 'who')).toEqual([]);
});
