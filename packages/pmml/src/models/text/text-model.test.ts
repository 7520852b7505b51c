import { describe, expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function texts(fields: readonly string[], normalization: string, similarity: string): string {
  return document(
    'text string categorical\ntea double continuous\ncoffee double continuous',
    `<TextModel functionName="clustering" numberOfTerms="3" numberOfDocuments="2">${schema(...fields)}
      <Output><OutputField name="id" feature="entityId" dataType="string" optype="categorical"/>
        <OutputField name="name" feature="predictedDisplayValue" dataType="string" optype="categorical"/>
        <OutputField name="near" feature="affinity" dataType="double" optype="continuous"/>
        <OutputField name="far" feature="affinity" rank="2" dataType="double" optype="continuous"/></Output>
      <TextDictionary><Array n="3" type="string">tea coffee "green tea"</Array></TextDictionary>
      <TextCorpus><TextDocument id="d1" name="leaves"/><TextDocument id="d2" name="beans"/></TextCorpus>
      <DocumentTermMatrix><Matrix nbRows="2" nbCols="3">
        <Array n="3" type="int">3 0 1</Array><Array n="3" type="int">1 4 0</Array>
      </Matrix></DocumentTermMatrix>${normalization}
      <TextModelSimiliarity similarityType="${similarity}"/>
    </TextModel>`,
  );
}

const PLAIN = '<TextModelNormalization globalTermWeights="none"/>';

describe('text models', () => {
  test('terms are counted whatever their case, terms of several words too', () => {
    const model = loadPmmlSync(texts(['text'], PLAIN, 'euclidean'));
    // Counts 3, 0, 1: the first document itself.
    expect(model.predict({ text: 'Green TEA, tea; and more tea.' })).toEqual({
      id: 'd1',
      name: 'leaves',
      near: 0,
      far: Math.sqrt(4 + 16 + 1),
    });
    expect(() => model.predict({})).toThrow(RecordError);
  });

  test('cosine similarity of counts given by field', () => {
    const answer = loadPmmlSync(texts(['tea', 'coffee'], PLAIN, 'cosine')).predict({ tea: 0, coffee: 2 });
    expect(answer).toMatchObject({ id: 'd2', near: expect.closeTo(4 / Math.sqrt(17), 12), far: 0 });
  });

  const log = Math.log;
  const [n1, n2] = [Math.sqrt(10), Math.sqrt(17)];
  // The text has "tea" twice: its weights, and those of the documents (3, 0, 1) and (1, 4, 0).
  test.each([
    ['localTermWeights="binary" globalTermWeights="none"', [1, 0, 0], [1, 0, 1], [1, 1, 0]],
    [
      'localTermWeights="logarithmic" globalTermWeights="none"',
      [log(3), 0, 0],
      [log(4), 0, log(2)],
      [log(2), log(5), 0],
    ],
    [
      'localTermWeights="augmentedNormalizedTermFrequency" globalTermWeights="none"',
      [1, 0, 0],
      [1, 0, 0.5 + 0.5 / 3],
      [0.5 + 0.5 / 4, 1, 0],
    ],
    ['globalTermWeights="GFIDF"', [4, 0, 0], [6, 0, 1], [2, 16, 0]],
    ['globalTermWeights="normal"', [2 / n1, 0, 0], [3 / n1, 0, 1], [1 / n1, 1, 0]],
    ['globalTermWeights="inverseDocumentFrequency"', [0, 0, 0], [0, 0, log(2)], [0, 4 * log(2), 0]],
    ['globalTermWeights="probabilisticInverse"', [0, 0, 0], [0, 0, 0], [0, 0, 0]],
    [
      'globalTermWeights="none" documentNormalization="cosine"',
      [1, 0, 0],
      [3 / n1, 0, 1 / n1],
      [1 / n2, 4 / n2, 0],
    ],
  ])('weights %s', (attributes, query, ...documents) => {
    const distance = (d: readonly number[]): number =>
      Math.hypot(...d.map((v, i) => v - (query[i] as number)));
    const [near, far] = documents.map(distance).sort((a, b) => a - b) as [number, number];
    const text = texts(['text'], `<TextModelNormalization ${attributes}/>`, 'euclidean');
    const answer = loadPmmlSync(text).predict({ text: 'tea tea' });
    expect(answer).toMatchObject({ near: expect.closeTo(near, 12), far: expect.closeTo(far, 12) });
  });
});
