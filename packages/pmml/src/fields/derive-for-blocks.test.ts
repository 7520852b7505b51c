import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadPmmlSync } from '../index.js';
import {
  blockDocument,
  expectBlocksLikeRows,
  type Make,
  many,
  NUMBERS,
  schema,
  weight,
} from '../testing/block-models.js';
import type { Random } from '../testing/random-model.js';

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const field = (name: string): string => `<FieldRef field="${name}"/>`;

/** Attributes of `Apply` that say what stands for missing and invalid results: whole numbers, which fit any type. */
function replacements(random: Random): string {
  const whole = (): number => Math.round(Number(weight(random)));
  const missing = random() < 0.15 ? ` mapMissingTo="${whole()}"` : '';
  const nothing = random() < 0.15 ? ` defaultValue="${whole()}"` : '';
  return missing + nothing + (random() < 0.15 ? ' invalidValueTreatment="asMissing"' : '');
}

/** A number made of numeric fields. */
function arithmetic(random: Random, names: readonly string[], depth = 0): string {
  const kind = depth > 2 ? 0 : random();
  if (kind < 0.3) return field(pick(random, names));
  if (kind < 0.4)
    return `<Constant dataType="${pick(random, ['double', 'float', 'double'])}">${weight(random)}</Constant>`;
  if (kind < 0.45) return `<Constant dataType="integer">${Math.floor(random() * 5) - 2}</Constant>`;
  const inner = (): string => arithmetic(random, names, depth + 1);
  if (kind < 0.75)
    return `<Apply function="${pick(random, ['+', '-', '*', '/', 'pow', 'modulo', 'threshold'])}"${replacements(random)}>${inner()}${inner()}</Apply>`;
  if (kind < 0.85)
    return `<Apply function="${pick(random, ['exp', 'abs', 'sqrt', 'ln', 'floor', 'rint'])}"${replacements(random)}>${inner()}</Apply>`;
  return `<Apply function="${pick(random, ['sum', 'avg', 'min', 'max', 'product', 'median'])}"${replacements(random)}>${inner()}${inner()}${inner()}</Apply>`;
}

/** A value made of one field, whatever the function. */
function ofOne(random: Random): string {
  const name = pick(random, NUMBERS);
  return pick(random, [
    () =>
      `<NormContinuous field="${name}"${random() < 0.3 ? ' mapMissingTo="0.5"' : ''} outliers="${pick(random, ['asIs', 'asMissingValues', 'asExtremeValues'])}"><LinearNorm orig="-2" norm="0"/><LinearNorm orig="0" norm="0.3"/><LinearNorm orig="2.5" norm="1"/></NormContinuous>`,
    () =>
      `<NormDiscrete field="${pick(random, ['c', 't'])}" value="${pick(random, ['u', 'v', 'x1'])}"${random() < 0.3 ? ' mapMissingTo="0.5"' : ''}/>`,
    () => `<NormDiscrete field="n" value="${pick(random, ['1', '-2', '1.0'])}"/>`,
    () =>
      `<Discretize field="${name}" dataType="${pick(random, ['integer', 'double'])}" mapMissingTo="-1"><DiscretizeBin binValue="1"><Interval closure="closedOpen" rightMargin="-1"/></DiscretizeBin><DiscretizeBin binValue="2"><Interval closure="closedOpen" leftMargin="-1" rightMargin="1"/></DiscretizeBin></Discretize>`,
    () =>
      `<MapValues outputColumn="o" dataType="double" defaultValue="${weight(random)}"><FieldColumnPair field="${pick(random, ['c', 't'])}" column="i"/><InlineTable><row><i>u</i><o>1.5</o></row><row><i>x2</i><o>2.5</o></row><row><i>v</i><o>${pick(random, ['3', '3.75'])}</o></row></InlineTable></MapValues>`,
    () =>
      `<Apply function="if"><Apply function="isMissing">${field(name)}</Apply><Constant>7</Constant><Apply function="*">${field(name)}<Constant dataType="double">0.5</Constant></Apply></Apply>`,
    () =>
      `<Apply function="if"><Apply function="isIn">${field('c')}<Constant>u</Constant><Constant>w</Constant></Apply><Constant>1</Constant><Constant>0</Constant></Apply>`,
    () => `<FieldRef field="${name}"${random() < 0.5 ? ' mapMissingTo="2"' : ''}/>`,
    () => `<Apply function="twice">${field(name)}</Apply>`,
    () => `<Apply function="mean">${field(name)}${field(pick(random, NUMBERS))}</Apply>`,
  ])();
}

/** Categories made of texts and numbers. */
function category(random: Random): string {
  return pick(random, [
    '<MapValues outputColumn="o" dataType="string"><FieldColumnPair field="c" column="i"/><InlineTable><row><i>u</i><o>A</o></row><row><i>v</i><o>B</o></row></InlineTable></MapValues>',
    `<Apply function="uppercase">${field('c')}</Apply>`,
    '<MapValues outputColumn="o" dataType="string" defaultValue="A"><FieldColumnPair field="c" column="i"/><FieldColumnPair field="n" column="j"/><InlineTable><row><i>u</i><j>1</j><o>B</o></row><row><i>v</i><j>-1</j><o>U</o></row></InlineTable></MapValues>',
    `<Apply function="concat">${field('c')}${field('t')}</Apply>`,
    '<Discretize field="a" dataType="string"><DiscretizeBin binValue="A"><Interval closure="closedOpen" rightMargin="0"/></DiscretizeBin><DiscretizeBin binValue="B"><Interval closure="closedOpen" leftMargin="0" rightMargin="2"/></DiscretizeBin></Discretize>',
  ]);
}

const FUNCTIONS = `<DefineFunction name="twice" optype="continuous" dataType="double"><ParameterField name="x" dataType="double"/><Apply function="+">${field('x')}${field('x')}</Apply></DefineFunction><DefineFunction name="mean" optype="continuous"><ParameterField name="x"/><ParameterField name="y"/><Apply function="/"><Apply function="+">${field('x')}${field('y')}</Apply><Constant>2</Constant></Apply></DefineFunction>`;
const TYPES = ['double', 'double', 'float', 'integer'];

/** Derived fields `d0` to `d5`, each of which may be made of those before, and a category `k`. */
function derived(random: Random): { fields: string; names: string[] } {
  const names: string[] = [];
  const fields = many(6, (i) => {
    const body = random() < 0.5 ? ofOne(random) : arithmetic(random, [...NUMBERS, ...names]);
    names.push(`d${i}`);
    return `<DerivedField name="d${i}" optype="continuous" dataType="${pick(random, TYPES)}">${body}</DerivedField>`;
  });
  const own = `<DerivedField name="k" optype="categorical" dataType="string">${category(random)}</DerivedField>`;
  return { fields: fields + own, names };
}

/** The fields stand in the model or in the dictionary. */
function place(random: Random, fields: string, model: (local: string) => string): string {
  return random() < 0.5
    ? `<TransformationDictionary>${FUNCTIONS}</TransformationDictionary>${model(`<LocalTransformations>${fields}</LocalTransformations>`)}`
    : `<TransformationDictionary>${FUNCTIONS}${fields}</TransformationDictionary>${model('')}`;
}

const regression: Make = (random, output) => {
  const { fields, names } = derived(random);
  const numeric = names
    .slice(0, 3)
    .map((n) => `<NumericPredictor name="${n}" coefficient="${weight(random)}"/>`);
  const texts = ['A', 'B', 'U'].map((v) => `<CategoricalPredictor name="k" value="${v}" coefficient="1.5"/>`);
  const table = `<RegressionTable intercept="1">${numeric.join('')}${random() < 0.5 ? texts.join('') : ''}</RegressionTable>`;
  return place(
    random,
    fields,
    (local) =>
      `<RegressionModel functionName="regression">${schema('z')}<Output><OutputField name="out" feature="predictedValue"/>${output}</Output>${local}${table}</RegressionModel>`,
  );
};

const ensemble: Make = (random, output) => {
  const { fields, names } = derived(random);
  const tree = (i: number): string => {
    const [on, at] = [pick(random, [...names, ...NUMBERS]), weight(random)];
    const test = (operator: string): string =>
      i % 4 === 0
        ? `<SimpleSetPredicate field="k" booleanOperator="${operator === 'lessThan' ? 'isIn' : 'isNotIn'}"><Array type="string">A u</Array></SimpleSetPredicate>`
        : `<SimplePredicate field="${on}" operator="${operator}" value="${at}"/>`;
    return `<Segment><True/><TreeModel functionName="regression" noTrueChildStrategy="returnLastPrediction" missingValueStrategy="${pick(random, ['defaultChild', 'none', 'lastPrediction'])}"><MiningSchema/><Node score="0" defaultChild="0"><True/><Node id="0" score="${weight(random)}">${test('lessThan')}</Node><Node id="1" score="${weight(random)}">${test('greaterOrEqual')}</Node></Node></TreeModel></Segment>`;
  };
  return place(
    random,
    fields,
    (local) =>
      `<MiningModel functionName="regression">${schema('z')}<Output><OutputField name="out" feature="predictedValue"/>${output}</Output>${local}<Segmentation multipleModelMethod="sum">${many(8, tree)}</Segmentation></MiningModel>`,
  );
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('models over derived fields scored in blocks', () => {
  test.each<[string, Make]>([
    ['regressions', regression],
    ['ensembles', ensemble],
  ])('answer like rows scored one by one: %s', (_, make) => {
    expectBlocksLikeRows(make);
  });

  test('a field that only refused rows would need refuses no row', () => {
    const model = loadPmmlSync(
      blockDocument(
        `<TreeModel functionName="regression">${schema('z')}<LocalTransformations><DerivedField name="d" optype="continuous" dataType="integer"><Apply function="/"><Constant dataType="integer">1</Constant>${field('n')}</Apply></DerivedField></LocalTransformations><Node score="0"><True/><Node score="1"><SimplePredicate field="n" operator="equal" value="0"/></Node><Node score="2"><SimplePredicate field="d" operator="greaterThan" value="0"/></Node><Node score="3"><True/></Node></Node></TreeModel>`,
      ),
    );
    const rows = [0, 1, 2].map((n) => ({ n }));
    expect(model.predictBatch(rows).map((r) => r.ok && r.value)).toEqual([{ z: 1 }, { z: 2 }, { z: 3 }]);
  });
});
