import { deriveForBlocks } from '../fields/derive-for-blocks.js';
import { plainField } from '../fields/field.js';
import { Layout } from '../fields/frame.js';
import { Scope } from '../fields/scope.js';
import { declareDerivedFields, EXPRESSIONS } from '../fields/transformations.js';
import { dataTypeOf, defaultOpType, opTypeOf } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';
import { castDerivation, castReader, checkOutcomes } from './cast.js';
import { compileExpression } from './compile.js';
import type { Expression, FunctionDefinition } from './contract.js';

/** Calls that one document may expand: functions that call functions multiply. */
const MAX_EXPANSIONS = 200_000;

/** Declares every `DefineFunction`; their order does not matter. */
export function declareFunctions(dictionary: XmlElement, scope: Scope): void {
  const budget = { left: MAX_EXPANSIONS };
  const elements = dictionary.all('DefineFunction');
  for (const element of elements) {
    const definition = defineFunction(element, scope.layout, scope.functions, budget);
    if (scope.functions.has(definition.name)) element.refuse(`function ${definition.name} is defined twice`);
    scope.functions.set(definition.name, definition);
  }
  checkFunctions(elements);
}

function defineFunction(
  element: XmlElement,
  layout: Layout,
  functions: ReadonlyMap<string, FunctionDefinition>,
  budget: { left: number },
): FunctionDefinition {
  const name = element.need('name');
  let busy = false;
  return {
    name,
    call: (args, caller): Expression => {
      if (busy) element.refuse(`function ${name} calls itself`);
      checkArity(element, args, caller);
      if (--budget.left < 0) element.refuse('the calls of defined functions expand to too many');
      busy = true;
      try {
        return compileBody(element, args, layout, functions);
      } finally {
        busy = false;
      }
    },
  };
}

/** Compiles each body once, in which calls of other functions stand for themselves: a fault shows at load. */
function checkFunctions(elements: readonly XmlElement[]): void {
  const layout = new Layout();
  const checked = new Map<XmlElement, 'busy' | 'done'>();
  const stubs = new Map<string, FunctionDefinition>();
  const check = (element: XmlElement): void => {
    const name = element.need('name');
    if (checked.get(element) === 'busy') element.refuse(`function ${name} calls itself`);
    if (checked.has(element)) return;
    checked.set(element, 'busy');
    const args = element.all('ParameterField').map((): Expression => NOTHING);
    compileBody(element, args, layout, stubs);
    checked.set(element, 'done');
  };
  for (const element of elements) {
    const name = element.need('name');
    stubs.set(name, {
      name,
      call: (args, caller) => {
        checkArity(element, args, caller);
        check(element);
        return { dataType: dataTypeOf(element), opType: opTypeOf(element), read: () => undefined };
      },
    });
  }
  elements.forEach(check);
}

const NOTHING: Expression = { dataType: undefined, read: () => undefined };

function checkArity(element: XmlElement, args: readonly Expression[], caller: XmlElement): void {
  const count = element.all('ParameterField').length;
  if (args.length !== count)
    caller.refuse(`function ${element.need('name')} has ${args.length} arguments, not ${count}`);
}

/** A body sees its parameters, what it derives of them, and nothing else. */
function compileBody(
  element: XmlElement,
  args: readonly Expression[],
  layout: Layout,
  functions: ReadonlyMap<string, FunctionDefinition>,
): Expression {
  const scope = new Scope(layout);
  for (const [key, value] of functions) scope.functions.set(key, value);
  for (const [i, parameter] of element.all('ParameterField').entries()) {
    declareParameter(parameter, args[i] as Expression, scope);
  }
  declareDerivedFields(element, scope, compileExpression);
  const body = element.oneOf(EXPRESSIONS) ?? element.refuse('it has no expression that is supported');
  const expression = compileExpression(body, scope);
  const dataType = dataTypeOf(element);
  const opType = opTypeOf(element) ?? expression.opType;
  if (dataType === undefined) return { ...expression, opType };
  checkOutcomes(expression, dataType, body);
  const name = element.need('name');
  const derivation = castDerivation(expression, dataType, name);
  return { ...derivation, dataType, opType, read: castReader(expression, dataType, name) };
}

function declareParameter(element: XmlElement, argument: Expression, scope: Scope): void {
  const name = element.need('name');
  if (scope.declares(name)) element.refuse(`parameter ${JSON.stringify(name)} is there twice`);
  const given = dataTypeOf(element);
  const dataType = given ?? argument.dataType ?? 'string';
  const read = given === undefined ? argument.read : castReader(argument, dataType, name);
  const opType = opTypeOf(element) ?? argument.opType ?? defaultOpType(dataType);
  // An argument that is computed is computed once, however often the body names it.
  const simple = argument.field !== undefined || argument.constant !== undefined;
  const kept = simple ? read : scope.layout.lazy(read).read;
  deriveForBlocks(kept, argument, dataType, name);
  scope.declare(name, plainField(name, dataType, opType, kept));
}
