/** A source of random numbers that a seed fixes (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Random = () => number;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const COLOURS = ['red', 'green', 'blue', 'grey'];
const DICTIONARY = `<DataDictionary>
<DataField name="a" optype="continuous" dataType="double"/>
<DataField name="b" optype="continuous" dataType="float"/>
<DataField name="n" optype="continuous" dataType="integer"><Interval closure="closedClosed" leftMargin="0" rightMargin="9"/></DataField>
<DataField name="c" optype="categorical" dataType="string">${COLOURS.map((c) => `<Value value="${c}"/>`).join('')}</DataField>
<DataField name="y" optype="categorical" dataType="string"/>
<DataField name="z" optype="continuous" dataType="double"/>
</DataDictionary>`;
const SCHEMA = (target: string): string =>
  `<MiningSchema><MiningField name="a"/><MiningField name="b"/><MiningField name="n" invalidValueTreatment="asIs"/><MiningField name="c" invalidValueTreatment="asIs"/><MiningField name="${target}" usageType="target"/></MiningSchema>`;

function simple(random: Random): string {
  const field = pick(random, ['a', 'b', 'n', 'c']);
  if (random() < 0.1)
    return `<SimplePredicate field="${field}" operator="${pick(random, ['isMissing', 'isNotMissing'])}"/>`;
  if (field === 'c') {
    if (random() < 0.5) {
      const set = COLOURS.filter(() => random() < 0.5);
      return `<SimpleSetPredicate field="c" booleanOperator="${pick(random, ['isIn', 'isNotIn'])}"><Array type="string" n="${set.length}">${set.join(' ')}</Array></SimpleSetPredicate>`;
    }
    return `<SimplePredicate field="c" operator="${pick(random, ['equal', 'notEqual'])}" value="${pick(random, COLOURS)}"/>`;
  }
  const operator = pick(random, [
    'lessThan',
    'lessOrEqual',
    'greaterThan',
    'greaterOrEqual',
    'equal',
    'notEqual',
  ]);
  return `<SimplePredicate field="${field}" operator="${operator}" value="${Math.floor(random() * 10)}"/>`;
}

function predicate(random: Random, depth = 0): string {
  if (depth > 1 || random() < 0.7) return simple(random);
  const operator = pick(random, ['and', 'or', 'xor', 'surrogate']);
  const parts = Array.from({ length: 2 + Math.floor(random() * 2) }, () => predicate(random, depth + 1));
  return `<CompoundPredicate booleanOperator="${operator}">${parts.join('')}</CompoundPredicate>`;
}

function node(random: Random, id: string, test: string, depth: number, score: (r: Random) => string): string {
  const count = depth >= 4 || random() < 0.2 ? 0 : 1 + Math.floor(random() * 3);
  const children = Array.from({ length: count }, (_, i) =>
    node(random, `${id}.${i}`, predicate(random), depth + 1, score),
  );
  const fallback = count > 0 ? ` defaultChild="${id}.${Math.floor(random() * count)}"` : '';
  return `<Node id="${id}"${fallback} ${score(random)}${test}${children.join('')}</Node>`;
}

const numberScore = (random: Random): string => `score="${Math.round(random() * 1000) / 8}">`;
const classScore = (random: Random): string => {
  const counts = ['p', 'q', 'r'].map((c) => [c, 1 + Math.floor(random() * 50)] as const);
  const best = [...counts].sort((x, y) => y[1] - x[1])[0]?.[0];
  return `score="${best}">${counts.map(([c, n]) => `<ScoreDistribution value="${c}" recordCount="${n}"/>`).join('')}`;
};

/** ScoreDistribution must follow the predicate. */
function ordered(text: string): string {
  return text.replace(
    /((?:<ScoreDistribution[^>]*\/>)+)(<True\/>|<SimplePredicate[^>]*\/>|<SimpleSetPredicate.*?<\/SimpleSetPredicate>)/g,
    '$2$1',
  );
}

export function randomTree(
  random: Random,
  kind: 'classification' | 'regression',
  attributes: string,
): string {
  const target = kind === 'classification' ? 'y' : 'z';
  const body = node(random, 'n', '<True/>', 0, kind === 'classification' ? classScore : numberScore);
  return `<TreeModel functionName="${kind}" ${attributes}>${SCHEMA(target)}${ordered(body)}</TreeModel>`;
}

export function randomForest(
  random: Random,
  kind: 'classification' | 'regression',
  method: string,
  trees: number,
): string {
  const segments = Array.from(
    { length: trees },
    () =>
      `<Segment><True/>${randomTree(random, kind, 'missingValueStrategy="defaultChild" noTrueChildStrategy="returnLastPrediction"')}</Segment>`,
  );
  return `<MiningModel functionName="${kind}">${SCHEMA(kind === 'classification' ? 'y' : 'z')}<Segmentation multipleModelMethod="${method}">\n${segments.join('\n')}</Segmentation></MiningModel>`;
}

export function wrap(model: string, dictionary = DICTIONARY): string {
  return `<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>${dictionary}\n${model}</PMML>`;
}

/** A record with missing, odd and ordinary values. */
export function randomRecord(random: Random): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  if (random() < 0.9) record.a = random() < 0.5 ? Math.floor(random() * 10) : random() * 10;
  if (random() < 0.9) record.b = random() * 10;
  if (random() < 0.9) record.n = Math.floor(random() * 12);
  if (random() < 0.9) record.c = random() < 0.1 ? 'violet' : pick(random, COLOURS);
  return record;
}
