import { RecordError } from '../errors.js';
import type { Scope } from '../fields/scope.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import { columnOf, columnsOf, replacing } from './columns.js';
import type { Expression } from './contract.js';
import { BUILT_IN } from './functions/index.js';
import { literal } from './literal.js';
import { mapOfCall } from './map-of-call.js';

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
  const ofRecord = args.every((a) => a.ofRecord);
  if (defined !== undefined)
    return { ...withReplacements(element, defined.call(args, element), args), ofRecord };
  if (builtIn === undefined) return element.refuse(`function ${JSON.stringify(name)} is not known`);
  const make = (inner: readonly Expression[]): Expression =>
    withReplacements(element, builtIn(inner, element), inner);
  return { ...make(args), map: mapOfCall(args, make), ofRecord };
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
  if (read === call.read) return call;
  const { dataType, opType } = call;
  return { dataType, opType, read, outcomes, column: replacingColumn(call, args, whenMissing, whenNothing) };
}

/** The same for columns of numbers; an invalid result is looked at with its row. */
function replacingColumn(
  call: Expression,
  args: readonly Expression[],
  whenMissing: string | undefined,
  whenNothing: string | undefined,
): Expression['column'] {
  const type = call.dataType ?? 'string';
  return (columns) => {
    let place = columnOf(call, columns);
    for (const [text, among] of [
      [whenNothing, []],
      [whenMissing, args],
    ] as const) {
      if (place === undefined) return undefined;
      if (text === undefined) continue;
      const value = literal(type, text);
      const others = among.length === 0 ? [place] : columnsOf(among, columns);
      if (typeof value !== 'number' || Number.isNaN(value) || others === undefined) return undefined;
      place = columns.compute([place, ...others], replacing(value));
    }
    return place;
  };
}
