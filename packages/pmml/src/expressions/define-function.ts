import { deriveForBlocks } from '../fields/derive-for-blocks.js';
import { plainField } from '../fields/field.js';
import { Scope } from '../fields/scope.js';
import { EXPRESSIONS } from '../fields/transformations.js';
import { dataTypeOf, defaultOpType, opTypeOf } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';
import { castDerivation, castReader } from './cast.js';
import { compileExpression } from './compile.js';
import type { Expression, FunctionDefinition } from './contract.js';

/** Calls that one document may expand: functions that call functions multiply. */
const MAX_EXPANSIONS = 200_000;

/** Declares every `DefineFunction`; their order does not matter. */
export function declareFunctions(dictionary: XmlElement, scope: Scope): void {
  const budget = { left: MAX_EXPANSIONS };
  for (const element of dictionary.all('DefineFunction')) {
    const definition = defineFunction(element, scope, budget);
    if (scope.functions.has(definition.name)) element.refuse(`function ${definition.name} is defined twice`);
    scope.functions.set(definition.name, definition);
  }
}

function defineFunction(element: XmlElement, root: Scope, budget: { left: number }): FunctionDefinition {
  const name = element.need('name');
  const parameters = element.all('ParameterField');
  const body = element.firstOf(EXPRESSIONS) ?? element.refuse('it has no expression that is supported');
  const dataType = dataTypeOf(element);
  const opType = opTypeOf(element);
  let busy = false;
  return {
    name,
    call: (args, caller): Expression => {
      if (busy) element.refuse(`function ${name} calls itself`);
      if (args.length !== parameters.length) {
        caller.refuse(`function ${name} has ${args.length} arguments, not ${parameters.length}`);
      }
      if (--budget.left < 0) element.refuse('the calls of defined functions expand to too many');
      busy = true;
      try {
        // A body sees its parameters and nothing else.
        const scope = new Scope(root.layout);
        for (const [key, value] of root.functions) scope.functions.set(key, value);
        for (const [i, parameter] of parameters.entries()) {
          declareParameter(parameter, args[i] as Expression, scope);
        }
        const expression = compileExpression(body, scope);
        if (dataType === undefined) return { ...expression, opType: opType ?? expression.opType };
        return {
          dataType,
          opType: opType ?? expression.opType,
          read: castReader(expression, dataType, name),
          ...castDerivation(expression, dataType, name),
        };
      } finally {
        busy = false;
      }
    },
  };
}

function declareParameter(element: XmlElement, argument: Expression, scope: Scope): void {
  const name = element.need('name');
  const dataType = dataTypeOf(element) ?? argument.dataType ?? 'string';
  const read = dataTypeOf(element) === undefined ? argument.read : castReader(argument, dataType, name);
  const opType = opTypeOf(element) ?? argument.opType ?? defaultOpType(dataType);
  // An argument that is computed is computed once, however often the body names it.
  const simple = argument.field !== undefined || argument.constant !== undefined;
  const kept = simple ? read : scope.layout.lazy(read).read;
  deriveForBlocks(kept, argument, dataType, name);
  scope.declare(name, plainField(name, dataType, opType, kept));
}
