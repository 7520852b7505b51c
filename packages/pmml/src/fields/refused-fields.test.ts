import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../load/load.js';
import { refusal } from '../testing/refusal.js';

interface Parts {
  readonly dictionary?: string;
  readonly transformations?: string;
  readonly schema?: string;
  readonly local?: string;
  /** The field that the model reads. */
  readonly reads?: string;
  readonly model?: string;
}

/** A regression that reads one field; the dictionary begins in line 2, transformations in 4, the model in 5. */
function text({
  dictionary = '',
  transformations = '',
  schema = '',
  local = '',
  reads = 'x',
  model = '',
}: Parts): string {
  return `<PMML version="4.4"><Header/>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/>
${dictionary}</DataDictionary>
<TransformationDictionary>${transformations}</TransformationDictionary>
<RegressionModel functionName="regression"${model}><MiningSchema><MiningField name="x"/>${schema}</MiningSchema>
<LocalTransformations>${local}</LocalTransformations><RegressionTable intercept="0"><NumericPredictor name="${reads}" coefficient="1"/></RegressionTable></RegressionModel></PMML>`;
}

const derived = (
  name: string,
  body: string,
  attributes = 'optype="continuous" dataType="double"',
  rest = '',
) => `<DerivedField name="${name}" ${attributes}>${body}${rest}</DerivedField>`;
const ref = (name: string) => `<FieldRef field="${name}"/>`;
const call = (name: string, ...args: string[]) => `<Apply function="${name}">${args.join('')}</Apply>`;
const define = (name: string, body: string, parameters = ['p']) =>
  `<DefineFunction name="${name}" optype="continuous">${parameters.map((p) => `<ParameterField name="${p}"/>`).join('')}${body}</DefineFunction>`;
const field = (content: string, attributes = 'optype="continuous" dataType="double"') =>
  `<DataField name="d" ${attributes}>${content}</DataField>`;
const table = (...rows: string[]) =>
  `<InlineTable>${rows.map((r) => `<row>${r}</row>`).join('')}</InlineTable>`;
const map = (rows: string, output = 'out') =>
  `<MapValues outputColumn="${output}"><FieldColumnPair field="x" column="in"/>${rows}</MapValues>`;

describe('fields are refused at load', () => {
  test.each<[string, Parts, string]>([
    [
      'a field without a type',
      { dictionary: '<DataField name="d" optype="continuous"/>' },
      'DataField at 3: attribute "dataType" is missing',
    ],
    [
      'a field of an unknown type',
      { dictionary: field('', 'optype="continuous" dataType="number"') },
      'DataField at 3: dataType="number"',
    ],
    [
      'a field of an unknown op type',
      { dictionary: field('', 'optype="numeric" dataType="double"') },
      'DataField at 3: attribute optype="numeric"',
    ],
    [
      'a field that is declared twice',
      { dictionary: '<DataField name="x" optype="continuous" dataType="double"/>' },
      'DataField at 3: field "x" is declared twice',
    ],
    [
      'a field that is perhaps cyclic',
      { dictionary: field('', 'optype="ordinal" dataType="string" isCyclic="maybe"') },
      'DataField at 3: attribute isCyclic="maybe"',
    ],
    [
      'a value that is listed twice',
      { dictionary: field('<Value value="1"/><Value value="1.0"/>') },
      'Value at 3: value "1.0" is listed twice',
    ],
    [
      'a value of an unknown property',
      { dictionary: field('<Value value="1" property="good"/>') },
      'Value at 3: attribute property="good"',
    ],
    [
      'a value that is none of its type',
      { dictionary: field('<Value value="one"/>') },
      'Value at 3: "one" is not a value of type double',
    ],
    [
      'an interval of categories',
      {
        dictionary: field(
          '<Interval closure="openOpen" leftMargin="1"/>',
          'optype="categorical" dataType="integer"',
        ),
      },
      'Interval at 3: it restricts a field of optype="categorical"',
    ],
    [
      'an interval that ends before it begins',
      { dictionary: field('<Interval closure="openOpen" leftMargin="1" rightMargin="0"/>') },
      'Interval at 3: leftMargin is above rightMargin',
    ],
    [
      'an interval without a closure',
      { dictionary: field('<Interval leftMargin="1"/>') },
      'Interval at 3: attribute "closure" is missing',
    ],
    [
      'an interval from a word',
      { dictionary: field('<Interval closure="openOpen" leftMargin="low"/>') },
      'Interval at 3: attribute leftMargin="low"',
    ],
    [
      'a mining field that is listed twice',
      { schema: '<MiningField name="x"/>' },
      'MiningField at 5: field "x" is listed twice',
    ],
    [
      'a mining field of an unknown usage',
      { schema: '<MiningField name="y" usageType="input"/>' },
      'MiningField at 5: attribute usageType="input"',
    ],
    [
      'outliers without bounds',
      { schema: '<MiningField name="y" outliers="asMissingValues"/>' },
      'MiningField at 5: outliers="asMissingValues" needs',
    ],
    [
      'bounds the wrong way round',
      { schema: '<MiningField name="y" outliers="asMissingValues" lowValue="2" highValue="1"/>' },
      'MiningField at 5: lowValue is above highValue',
    ],
    [
      'a replacement that is none of the type',
      { schema: '<MiningField name="y" missingValueReplacement="none"/>' },
      'MiningField at 5: "none" is not a value of type double',
    ],
    [
      'an unknown treatment',
      { schema: '<MiningField name="y" invalidValueTreatment="asMean"/>' },
      'MiningField at 5: attribute invalidValueTreatment="asMean"',
    ],
    [
      'treatments of a derived field',
      { schema: '<MiningField name="e" missingValueReplacement="0"/>', local: derived('e', ref('x')) },
      'MiningField at 5: derived fields are not treated here',
    ],
  ])('%s', (_, parts, expected) => {
    expect(refusal(text(parts))).toContain(expected);
  });
});

describe('transformations are refused at load', () => {
  test.each<[string, Parts, string]>([
    [
      'a derived field without a name',
      { local: `<DerivedField optype="continuous" dataType="double">${ref('x')}</DerivedField>` },
      'DerivedField at 6: attribute "name" is missing',
    ],
    [
      'a derived field that is declared twice',
      { local: derived('e', ref('x')) + derived('e', ref('x')) },
      'DerivedField at 6: field "e" is declared twice',
    ],
    [
      'a derived field without an expression',
      { local: derived('e', '') },
      'DerivedField at 6: it has no expression',
    ],
    [
      'a derived field of two expressions',
      { local: derived('e', ref('x') + ref('x')) },
      'FieldRef at 6: <DerivedField> has <FieldRef> already',
    ],
    [
      'a value that is not valid',
      { local: derived('e', ref('x'), undefined, '<Value value="1" property="missing"/>') },
      'Value at 6: values of derived fields are valid ones',
    ],
    ['an unknown field', { local: derived('e', ref('w')) }, 'FieldRef at 6: field "w" is not known here'],
    [
      'an unknown field where nobody reads it',
      { transformations: derived('e', ref('w')) },
      'FieldRef at 4: field "w" is not known here',
    ],
    [
      'an unknown function',
      { transformations: derived('e', call('frobnicate', ref('x'))) },
      'Apply at 4: function "frobnicate" is not known',
    ],
    [
      'too few arguments',
      { transformations: derived('e', call('/', ref('x'))) },
      'Apply at 4: function / has 1 arguments, not 2',
    ],
    [
      'fields that are made of each other',
      { local: derived('e', ref('f')) + derived('f', ref('e')), reads: 'e' },
      'FieldRef at 6: field "e" is derived from itself',
    ],
    [
      'fields that are made of each other, where the record has one of the name',
      { local: derived('x', ref('f')) + derived('f', ref('x')) },
      'FieldRef at 6: field "x" is derived from itself',
    ],
    [
      'fields that are made of each other, where nobody reads them',
      { transformations: derived('e', ref('f')) + derived('f', ref('e')) },
      'FieldRef at 4: field "e" is derived from itself',
    ],
    [
      'a constant that is none of its type',
      { local: derived('e', '<Constant dataType="double">one</Constant>') },
      'Constant at 6: "one" is not a value of type double',
    ],
    [
      'a constant that is no truth',
      { local: derived('e', '<Constant dataType="boolean">maybe</Constant>') },
      'Constant at 6: "maybe" is not a value of type boolean',
    ],
    [
      'a bin of another type than its field',
      {
        local: derived(
          'e',
          '<Discretize field="x"><DiscretizeBin binValue="low"><Interval closure="openOpen" leftMargin="0"/></DiscretizeBin></Discretize>',
        ),
      },
      'Discretize at 6: "low" is not a value of type double',
    ],
    [
      'a default of another type than its field',
      { local: derived('e', '<Discretize field="x" defaultValue="low"/>') },
      'Discretize at 6: "low" is not a value of type double',
    ],
    [
      'a table of another type than its field',
      { local: derived('e', map(table('<in>1</in><out>one</out>'))) },
      'MapValues at 6: "one" is not a value of type double',
    ],
    [
      'a table with two cells of a column',
      { local: derived('e', map(table('<in>1</in><in>2</in><out>1</out>'))) },
      'row at 6: it has two cells <in>',
    ],
    [
      'a table without its input column',
      { local: derived('e', map(table('<inn>1</inn><out>1</out>'))) },
      'MapValues at 6: its table has no column "in"',
    ],
    [
      'a table without its output column',
      { local: derived('e', map(table('<in>1</in><out>1</out>'), 'result')) },
      'MapValues at 6: its table has no column "result"',
    ],
    [
      'a table elsewhere',
      { local: derived('e', map('<TableLocator/>')) },
      'TableLocator at 6: tables outside the document',
    ],
    [
      'a text where missing is mapped to',
      { local: derived('e', '<FieldRef field="x" mapMissingTo="none"/>') },
      'FieldRef at 6: "none" is not a value of type double',
    ],
    [
      'a text where numbers are added',
      { local: derived('e', call('+', '<FieldRef field="x" mapMissingTo="none"/>', ref('x'))) },
      'Apply at 6: "none" among its arguments is not a number',
    ],
    [
      'a default that is none of its type',
      { local: derived('e', `<Apply function="+" defaultValue="none">${ref('x')}${ref('x')}</Apply>`) },
      'Apply at 6: "none" is not a value of type double',
    ],
    [
      'a date by a pattern that nobody knows',
      {
        local: derived(
          'e',
          call(
            'formatDatetime',
            '<Constant dataType="date">2020-01-01</Constant>',
            '<Constant>%Y-%Q</Constant>',
          ),
          'optype="categorical" dataType="string"',
        ),
      },
      'Apply at 6: %Q is no conversion',
    ],
    [
      'a thermometer',
      { local: derived('e', '<NormDiscrete field="x" value="1" method="thermometer"/>') },
      'NormDiscrete at 6: attribute method="thermometer"',
    ],
    [
      'a line through one point',
      { local: derived('e', '<NormContinuous field="x"><LinearNorm orig="0" norm="0"/></NormContinuous>') },
      'NormContinuous at 6: it needs two LinearNorm',
    ],
    [
      'points in the wrong order',
      {
        local: derived(
          'e',
          '<NormContinuous field="x"><LinearNorm orig="1" norm="0"/><LinearNorm orig="0" norm="1"/></NormContinuous>',
        ),
      },
      'LinearNorm at 6: orig does not grow',
    ],
    [
      'an SQL condition',
      { local: derived('e', '<Aggregate field="x" function="sum" sqlWhere="x > 1"/>') },
      'Aggregate at 6: sqlWhere',
    ],
    ['a lag of nothing', { local: derived('e', '<Lag field="x" n="0"/>') }, 'Lag at 6: n="0"'],
  ])('%s', (_, parts, expected) => {
    expect(refusal(text(parts))).toContain(expected);
  });
});

describe('functions are refused at load', () => {
  const doubled = call('*', ref('p'), '<Constant>2</Constant>');
  test.each<[string, Parts, string]>([
    [
      'a function that is defined twice',
      { transformations: define('f', doubled) + define('f', doubled) },
      'DefineFunction at 4: function f is defined twice',
    ],
    [
      'a function that calls itself',
      { transformations: define('f', call('f', ref('p'))) },
      'DefineFunction at 4: function f calls itself',
    ],
    [
      'functions that call each other',
      { transformations: define('f', call('g', ref('p'))) + define('g', call('f', ref('p'))) },
      'DefineFunction at 4: function f calls itself',
    ],
    [
      'a parameter that is there twice',
      { transformations: define('f', doubled, ['p', 'p']) },
      'ParameterField at 4: parameter "p" is there twice',
    ],
    [
      'a body that reads a field of the record',
      { transformations: define('f', ref('x')) },
      'FieldRef at 4: field "x" is not known here',
    ],
    [
      'a body that calls nothing known',
      { transformations: define('f', call('frobnicate', ref('p'))) },
      'Apply at 4: function "frobnicate" is not known',
    ],
    [
      'a function without a body',
      { transformations: define('f', '') },
      'DefineFunction at 4: it has no expression',
    ],
    [
      'a call with too many arguments',
      { transformations: define('f', doubled), local: derived('e', call('f', ref('x'), ref('x'))) },
      'Apply at 6: function f has 2 arguments, not 1',
    ],
  ])('%s', (_, parts, expected) => {
    expect(refusal(text(parts))).toContain(expected);
  });
});

describe('transformations', () => {
  const value = (parts: Parts, x: number) => loadPmmlSync(text(parts)).predict({ x }).predictedValue;

  test('may give a field the name of the one they read', () => {
    expect(value({ local: derived('x', call('*', ref('x'), '<Constant>3</Constant>')) }, 2)).toBe(6);
  });

  test('of functions may derive fields of their own', () => {
    const body = derived('q', call('+', ref('p'), '<Constant>1</Constant>')) + call('*', ref('q'), ref('q'));
    expect(
      value({ transformations: define('f', body), local: derived('e', call('f', ref('x'))), reads: 'e' }, 2),
    ).toBe(9);
  });

  test('know which values are valid by the intervals of a derived field', () => {
    const inner = derived(
      'e',
      ref('x'),
      undefined,
      '<Interval closure="closedClosed" leftMargin="0" rightMargin="5"/>',
    );
    const flag = derived(
      'f',
      call('if', call('isValid', ref('e')), '<Constant>1</Constant>', '<Constant>0</Constant>'),
    );
    expect([3, 7].map((x) => value({ local: inner + flag, reads: 'f' }, x))).toEqual([1, 0]);
  });

  test('that map to texts are no matter where the field is text', () => {
    const rows = table('<in>1</in><out>one</out>');
    const text1 = derived('t', map(rows), 'optype="categorical" dataType="string"');
    expect(value({ local: text1 + derived('e', call('stringLength', ref('t'))), reads: 'e' }, 1)).toBe(3);
  });
});
