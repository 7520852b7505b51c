import { compileExpression } from '../expressions/compile.js';
import type { DataField } from '../fields/data-dictionary.js';
import type { Dependencies } from '../fields/dependencies.js';
import type { Field } from '../fields/field.js';
import { Scope } from '../fields/scope.js';
import { checkUnused, declareDerivedField, declareDerivedFields } from '../fields/transformations.js';
import { compilePredicate } from '../predicates/compile.js';
import { parsePredicate } from '../predicates/parse.js';
import { INVALID, parserOf } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';
import type { CompiledModel, MiningFunction, ModelContext, ScoredModel } from './contract.js';
import { MINING_FUNCTIONS } from './contract.js';
import { MODEL_ELEMENTS } from './model-elements.js';
import type { InputBinding, SchemaScope } from './model-scope.js';
import { inputScope, nestedScope } from './model-scope.js';
import { MODELS } from './registry.js';
import { scoredModel } from './scored-model.js';

/** What all models of one document share. */
export interface DocumentContext {
  readonly fields: ReadonlyMap<string, DataField>;
  /** The raw data fields. */
  readonly root: Scope;
  /** The TransformationDictionary, declared on top of the top-level model's mining fields. */
  readonly dictionary: XmlElement | undefined;
  readonly dependencies: Dependencies | undefined;
  readonly fill: boolean;
}

/** A model whose fields are resolved but whose content may still be arriving. */
export interface OpenModel {
  readonly element: XmlElement;
  readonly context: ModelContext;
  readonly inputs: readonly InputBinding[];
}

/** Resolves the fields of a model; the result is kept at the element for segments that come later. */
export function openModel(doc: DocumentContext, element: XmlElement, parent: Scope | undefined): OpenModel {
  if (element.compiled !== undefined) return element.compiled as OpenModel;
  const functionName = functionOf(element);
  if (!element.boolean('isScorable', true))
    element.refuse('isScorable="false": the model is not for scoring');
  const schema =
    parent === undefined
      ? topSchema(doc, element, functionName)
      : nestedScope(element, functionName, parent, doc.fields);
  if (schema.changed.size > 0 && doc.dependencies !== undefined) {
    // What the dictionary derives from the changed fields is derived anew for this model.
    for (const child of doc.dependencies.affected(schema.changed)) {
      declareDerivedField(child, schema.scope, compileExpression);
    }
  }
  const scope = new Scope(schema.scope.layout, schema.scope);
  const local = element.child('LocalTransformations');
  if (local !== undefined) declareDerivedFields(local, scope, compileExpression);
  for (const { name, element: mining } of schema.treated) {
    // A derived field is what its expression makes of treated values; a name that nobody declares is never read.
    if (scope.declares(name) || schema.scope.declares(name))
      mining.refuse('derived fields are not treated here, only those of the DataDictionary');
  }
  const open = {
    element,
    context: contextOf(doc, element, functionName, schema, scope),
    inputs: schema.inputs,
  };
  element.compiled = open;
  return open;
}

/** Compiles a model whose element is complete. */
export function compileModel(
  doc: DocumentContext,
  element: XmlElement,
  parent: Scope | undefined,
): ScoredModel {
  return finishModel(openModel(doc, element, parent));
}

/** A model without a MiningSchema: it sees what the model around it sees. */
function compileEmbedded(
  doc: DocumentContext,
  element: XmlElement,
  parent: Scope,
  target: Field | undefined,
  { activeFields, math }: ModelContext,
): ScoredModel {
  const functionName = functionOf(element);
  const scope = new Scope(parent.layout, parent);
  const local = element.child('LocalTransformations');
  if (local !== undefined) declareDerivedFields(local, scope, compileExpression);
  const targets = target === undefined ? [] : [target];
  const context = contextOf(doc, element, functionName, { targets, activeFields }, scope, math);
  return finishModel({ element, context, inputs: [] });
}

export function finishModel({ element, context }: OpenModel): ScoredModel {
  const compile = MODELS.get(element.name) ?? element.refuse('this kind of model is not supported');
  const model: CompiledModel = compile(context);
  const local = element.child('LocalTransformations');
  if (local !== undefined) checkUnused(local, context.scope, compileExpression);
  return scoredModel(context, model);
}

function functionOf(element: XmlElement): MiningFunction {
  // TimeSeriesModel, Scorecard and others of early versions may leave it out.
  if (element.attr('functionName') === undefined && element.name === 'Scorecard') return 'regression';
  element.need('functionName');
  return element.choice('functionName', MINING_FUNCTIONS) as MiningFunction;
}

function topSchema(doc: DocumentContext, element: XmlElement, functionName: MiningFunction): SchemaScope {
  const schema = inputScope(element, functionName, doc.root, doc.fields, doc.fill);
  const scope = new Scope(schema.scope.layout, schema.scope);
  if (doc.dictionary !== undefined) declareDerivedFields(doc.dictionary, scope, compileExpression);
  return { ...schema, scope };
}

function contextOf(
  doc: DocumentContext,
  element: XmlElement,
  functionName: MiningFunction,
  { targets, activeFields }: Pick<SchemaScope, 'targets' | 'activeFields'>,
  scope: Scope,
  math: ModelContext['math'] = 'double',
): ModelContext {
  const target = targets[0];
  const parse = target === undefined ? undefined : parserOf(target.dataType);
  const context: ModelContext = {
    element,
    functionName,
    scope,
    target,
    targets,
    activeFields,
    math: element.choice('x-mathContext', ['double', 'float'] as const, math),
    category: (text) => {
      const value = parse === undefined ? text : parse(text);
      return value === INVALID ? text : value;
    },
    expression: (e, s) => compileExpression(e, s ?? scope),
    predicate: (e, s) => compilePredicate(parsePredicate(e, s ?? scope)),
    transformations: (e, s) => declareDerivedFields(e, s, compileExpression),
    nested: (e, s) => {
      if (!MODEL_ELEMENTS.has(e.name)) e.refuse('it is no model element');
      return compileModel(doc, e, s);
    },
    embedded: (e, s, t) => compileEmbedded(doc, e, s, t, context),
  };
  return context;
}
