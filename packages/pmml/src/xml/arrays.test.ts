import { describe, expect, test } from 'vitest';
import { resolveLimits } from '../limits.js';
import { readDense, readNumbers, readStrings } from './arrays.js';
import type { XmlElement } from './element.js';
import { readMatrix } from './matrix.js';
import { XmlParser } from './parser.js';
import { TreeBuilder } from './tree-builder.js';

function parse(text: string): XmlElement {
  const builder = new TreeBuilder();
  const parser = new XmlParser(builder, resolveLimits({}));
  parser.write(text);
  parser.end();
  return builder.root as XmlElement;
}

const rows = (...texts: string[]) => texts.map((t) => `<Array type="real">${t}</Array>`).join('');
const cell = (row: string, col: string, value = '1') =>
  `<MatCell row="${row}" col="${col}">${value}</MatCell>`;

describe('an array', () => {
  test('is read with its quotes', () => {
    expect(readStrings(parse('<Array n="3" type="string">a "b c" "d\\"e"</Array>'))).toEqual([
      'a',
      'b c',
      'd"e',
    ]);
    expect(Array.from(readNumbers(parse('<Array n="2" type="real">1 -2.5e1</Array>')))).toEqual([1, -25]);
  });

  test.each([
    ['of another length than it says', '<Array n="3" type="real">1 2</Array>', 'n="3" but it has 2'],
    ['that is empty but says it is not', '<Array n="3" type="real"/>', 'n="3" but it has 0'],
    ['of words', '<Array type="real">1 x</Array>', '"x" is not a number'],
    ['of an unknown type', '<Array type="text">1</Array>', 'type="text"'],
  ])('%s is refused', (_, text, reason) => {
    expect(() => readNumbers(parse(text))).toThrow(reason);
  });

  test('whose quote is not closed is refused', () => {
    expect(() => readStrings(parse('<Array type="string">"a b</Array>'))).toThrow(
      'a quote in it is not closed',
    );
  });
});

describe('a sparse array', () => {
  const sparse = (indices: string, entries: string, attributes = 'n="3"') =>
    parse(
      `<REAL-SparseArray ${attributes}><Indices>${indices}</Indices><REAL-Entries>${entries}</REAL-Entries></REAL-SparseArray>`,
    );

  test('has its default where it has no entry', () => {
    expect(Array.from(readDense(sparse('1 3', '5 6', 'n="4" defaultValue="7"')))).toEqual([5, 7, 6, 7]);
  });

  test.each([
    ['an index beyond its length', '4', '1', 'n="3"', 'index 4 is outside 1..3'],
    ['an index that is no whole number', '1.5', '1', 'n="3"', 'index 1.5 is outside 1..3'],
    ['an index that is there twice', '2 2', '1 2', 'n="3"', 'index 2 is there twice'],
    ['fewer entries than indices', '1 2', '1', 'n="3"', 'not as many entries'],
    ['a negative length', '1', '1', 'n="-1"', 'no length'],
  ])('with %s is refused', (_, indices, entries, attributes, reason) => {
    expect(() => readDense(sparse(indices, entries, attributes))).toThrow(reason);
  });
});

describe('a matrix', () => {
  const matrix = (content: string, attributes = '') => parse(`<Matrix ${attributes}>${content}</Matrix>`);

  test.each([
    [
      'of rows',
      matrix(rows('1 2', '3 4')),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'by its diagonal',
      matrix(rows('1 2'), 'kind="diagonal" offDiagDefault="9"'),
      [
        [1, 9],
        [9, 2],
      ],
    ],
    [
      'by its lower half',
      matrix(rows('1', '2 3'), 'kind="symmetric"'),
      [
        [1, 2],
        [2, 3],
      ],
    ],
    [
      'by both halves',
      matrix(rows('1 2', '2 3'), 'kind="symmetric"'),
      [
        [1, 2],
        [2, 3],
      ],
    ],
    [
      'by cells',
      matrix(cell('1', '2', '7'), 'nbRows="2" nbCols="2" diagDefault="1"'),
      [
        [1, 7],
        [0, 1],
      ],
    ],
    [
      'by cells of one half',
      matrix(cell('2', '1', '7'), 'kind="symmetric" nbRows="2" nbCols="2"'),
      [
        [0, 7],
        [7, 0],
      ],
    ],
  ])('%s', (_, element, expected) => {
    expect(readMatrix(element)).toEqual(expected);
  });

  test.each([
    ['with rows of different lengths', rows('1 2', '3'), '', 'row 2 has 1 entries, not 2'],
    ['with fewer rows than it says', rows('1 2'), 'nbRows="2"', 'nbRows="2" but it has 1 rows'],
    ['with fewer columns than it says', rows('1 2'), 'nbCols="3"', 'row 1 has 2 entries, not 3'],
    ['whose halves differ', rows('1 2', '3 4'), 'kind="symmetric"', 'not symmetric at row 1, column 2'],
    [
      'with a symmetric row that is too short',
      rows('1', '2', '3 4 5'),
      'kind="symmetric"',
      'row 2 of a symmetric matrix has 1',
    ],
    ['with a diagonal of two rows', rows('1 2', '3 4'), 'kind="diagonal"', 'a diagonal is one array'],
    ['of an unknown kind', rows('1'), 'kind="round"', 'kind="round"'],
    ['with a cell outside', cell('3', '1'), 'nbRows="2" nbCols="2"', 'outside the matrix'],
    ['with a cell between columns', cell('1', '1.5'), 'nbRows="2" nbCols="2"', 'outside the matrix'],
    ['with a cell twice', cell('1', '1') + cell('1', '1'), 'nbRows="2" nbCols="2"', 'there twice'],
    [
      'with a cell beside the diagonal',
      cell('1', '2'),
      'kind="diagonal" nbRows="2" nbCols="2"',
      'beside the diagonal',
    ],
    ['with a word in a cell', cell('1', '1', 'x'), 'nbRows="2" nbCols="2"', 'not a number'],
    ['with cells and arrays', rows('1') + cell('1', '1'), '', 'both arrays and cells'],
  ])('%s is refused', (_, content, attributes, reason) => {
    expect(() => readMatrix(matrix(content, attributes))).toThrow(reason);
  });
});
