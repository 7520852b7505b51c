import { RecordError } from '../errors.js';
import type { Scope } from '../fields/scope.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';
import { BUILT_IN } from './functions/index.js';
import { literal } from './literal.js';

/** `Apply`: a call of a built-in or defined function, with what becomes of missing and invalid results. */
export function compileApply(
  element: XmlElement,
  scope: Scope,
  compile: (e: XmlElement, s: Scope) => Expression,
): Expression {
  const name = element.need('function');
  const args = element.children.map((child) => compile(child, scope));
  const defined = scope.functions.get(name);
  const builtIn = BUILT_IN.get(name.startsWith('x-') ? name.slice(2) : name);
  let call: Expression;
  if (defined !== undefined) call = defined.call(args, element);
  else if (builtIn !== undefined) call = builtIn(args, element);
  else return element.refuse(`function ${JSON.stringify(name)} is not known`);
  return withReplacements(element, call, args);
}

function withReplacements(element: XmlElement, call: Expression, args: readonly Expression[]): Expression {
  const type = call.dataType ?? 'string';
  const whenMissing = element.attr('mapMissingTo');
  const whenNothing = element.attr('defaultValue');
  const invalid = element.choice(
    'invalidValueTreatment',
    ['returnInvalid', 'asIs', 'asMissing'] as const,
    'returnInvalid',
  );
  let { read } = call;
  const outcomes: Value[] = [];
  if (invalid === 'returnInvalid') {
    const lax = read;
    const name = element.attr('function') ?? '';
    read = (frame) => {
      const value = lax(frame);
      if (Number.isNaN(value))
        throw new RecordError(name, value, 'arguments that have a result', 'computation');
      return value;
    };
  } else if (invalid === 'asMissing') {
    const lax = read;
    read = (frame) => {
      try {
        const value = lax(frame);
        return Number.isNaN(value) ? undefined : value;
      } catch (error) {
        if (error instanceof RecordError && error.code === 'computation') return undefined;
        throw error;
      }
    };
  }
  if (whenNothing !== undefined) {
    const inner = read;
    const value = literal(type, whenNothing);
    outcomes.push(value);
    read = (frame) => inner(frame) ?? value;
  }
  if (whenMissing !== undefined) {
    const inner = read;
    const value = literal(type, whenMissing);
    outcomes.push(value);
    const reads = args.map((a) => a.read);
    read = (frame) => {
      for (const argument of reads) if (argument(frame) === undefined) return value;
      return inner(frame);
    };
  }
  return read === call.read ? call : { dataType: call.dataType, opType: call.opType, read, outcomes };
}
