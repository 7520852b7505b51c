import { registerInput } from '../blocks/input.js';
import { ofField } from '../expressions/of-field.js';
import type { DataField } from '../fields/data-dictionary.js';
import { deriveForBlocks } from '../fields/derive-for-blocks.js';
import type { Field } from '../fields/field.js';
import { plainField } from '../fields/field.js';
import type { Frame } from '../fields/frame.js';
import type { MiningField } from '../fields/mining-schema.js';
import {
  compileMiningSchema,
  isTarget,
  isTreated,
  letsInvalidIn,
  plainNumbers,
  prepareInput,
  prepareNested,
  takesNumbers,
} from '../fields/mining-schema.js';
import { Scope } from '../fields/scope.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { MiningFunction } from './contract.js';

/** A field that callers give. */
export interface InputBinding {
  readonly name: string;
  readonly data: DataField;
  readonly mining: MiningField;
}

/** The names a model sees, from its MiningSchema. */
export interface SchemaScope {
  readonly scope: Scope;
  readonly inputs: readonly InputBinding[];
  readonly targets: readonly Field[];
  readonly activeFields: readonly string[];
  /** Names whose values a nested MiningSchema changes. */
  readonly changed: ReadonlySet<string>;
  /** Mining fields with treatments whose names are not in the DataDictionary. */
  readonly treated: readonly MiningField[];
}

function asField(data: DataField, mining: MiningField | undefined, read: Field['read']): Field {
  const { name, dataType, categories, intervals, displayValues, cyclic, taxonomy } = data;
  const opType = mining?.opType ?? data.opType;
  return { name, dataType, opType, read, categories, intervals, displayValues, cyclic, taxonomy };
}

/** The outermost scope: every DataField as the record gives it, typed but not treated. */
export function dataScope(scope: Scope, fields: ReadonlyMap<string, DataField>): void {
  for (const data of fields.values()) {
    scope.declare(data.name, () => {
      const prepare = prepareInput(data, undefined, false);
      const compute = (frame: Frame) => prepare(frame.record[data.name]);
      const { read } = scope.layout.lazy(compute);
      registerInput(read, { name: data.name, prepare, ...plainNumbers(data, undefined) });
      return asField(data, undefined, read);
    });
  }
}

/** The scope of the document's model: active fields are read from the record and treated before the row runs. */
export function inputScope(
  model: XmlElement,
  functionName: MiningFunction,
  parent: Scope,
  fields: ReadonlyMap<string, DataField>,
  fill: boolean,
): SchemaScope {
  const scope = new Scope(parent.layout, parent);
  const inputs: InputBinding[] = [];
  const targets: Field[] = [];
  const activeFields: string[] = [];
  const treated: MiningField[] = [];
  for (const mining of compileMiningSchema(model)) {
    const { name } = mining;
    const data = fields.get(name);
    if (isTarget(mining)) {
      targets.push(targetField(mining, name, data, functionName, scope));
      continue;
    }
    // A derived field may be listed; a field that nothing declares is refused where it is used.
    if (data === undefined) {
      if (isTreated(mining)) treated.push(mining);
      continue;
    }
    const prepare = prepareInput(data, mining, fill);
    if (mining.usage === 'active' || mining.usage === 'group' || mining.usage === 'order') {
      inputs.push({ name, data, mining });
      activeFields.push(name);
    }
    // A value is treated when the model asks for it: one that no row needs fails no row.
    const { read } = scope.layout.lazy((frame) => prepare(frame.record[name]));
    registerInput(read, { name, prepare, ...plainNumbers(data, mining) });
    const restricted = data.categories.length > 0 || data.intervals.length > 0;
    const mayFail = restricted && mining.invalidTreatment === 'returnInvalid';
    const float = data.dataType === 'float';
    const direct = takesNumbers(data, mining, fill) ? { direct: { read, name, float } } : {};
    const judged = letsInvalidIn(mining)
      ? { accepts: (value: Value) => data.isValid(value) && !Number.isNaN(value) }
      : {};
    scope.declare(name, { ...asField(data, mining, read), mayFail, ...direct, ...judged });
  }
  const named = targetAttribute(model);
  if (named !== undefined && targets.length > 0 && targets.every((t) => t.name !== named))
    model.refuse(`target ${JSON.stringify(named)} is not that of its MiningSchema`);
  if (targets.length === 0 && named !== undefined)
    targets.push(targetField(undefined, named, fields.get(named), functionName, scope));
  return { scope, inputs, targets, activeFields, changed: new Set(), treated };
}

/** Regressions of PMML 3 may name their target in an attribute alone. */
function targetAttribute(model: XmlElement): string | undefined {
  return model.attr('targetFieldName') ?? model.attr('targetVariableName');
}

/** The actual value of a target: looked at by residuals only, so a wrong one fails no row. */
function targetField(
  mining: MiningField | undefined,
  name: string,
  data: DataField | undefined,
  functionName: MiningFunction,
  scope: Scope,
): Field {
  if (data === undefined) {
    const regression = functionName === 'regression' || functionName === 'timeSeries';
    const read = (): undefined => undefined;
    return plainField(
      name,
      regression ? 'double' : 'string',
      regression ? 'continuous' : 'categorical',
      read,
    );
  }
  const given = mining === undefined ? undefined : ({ ...mining, outliers: 'asIs' } as const);
  const lenient = prepareInput(data, given && { ...given, invalidTreatment: 'asMissing' }, false);
  const field = asField(data, mining, scope.layout.lazy((frame) => lenient(frame.record[name])).read);
  scope.declare(name, field);
  return field;
}

/** The scope of a nested model: its parent's values, with what its own MiningSchema does to them. */
export function nestedScope(
  model: XmlElement,
  functionName: MiningFunction,
  parent: Scope,
  fields: ReadonlyMap<string, DataField>,
): SchemaScope {
  const scope = new Scope(parent.layout, parent);
  const targets: Field[] = [];
  const activeFields: string[] = [];
  const changed = new Set<string>();
  for (const mining of compileMiningSchema(model)) {
    const { name } = mining;
    if (isTarget(mining)) {
      const known = parent.find(name);
      targets.push(known ?? targetField(mining, name, fields.get(name), functionName, scope));
      continue;
    }
    activeFields.push(name);
    const inherited = parent.field(name, mining.element);
    const treat = prepareNested(mining, inherited.dataType, fields.get(name));
    if (treat !== undefined) {
      changed.add(name);
      const { read } = scope.layout.lazy((frame) => treat(inherited.read(frame)));
      deriveForBlocks(read, ofField(inherited, inherited.dataType, treat), inherited.dataType, name);
      scope.declare(name, { ...inherited, opType: mining.opType ?? inherited.opType, read });
    } else if (mining.opType !== undefined && mining.opType !== inherited.opType) {
      scope.declare(name, { ...inherited, opType: mining.opType });
    }
  }
  const named = targetAttribute(model);
  if (targets.length === 0 && named !== undefined)
    targets.push(parent.find(named) ?? targetField(undefined, named, fields.get(named), functionName, scope));
  return { scope, inputs: [], targets, activeFields, changed, treated: [] };
}
