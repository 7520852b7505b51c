import type { Scope } from '../fields/scope.js';
import { dataTypeOf, isNumeric, parseLiteral } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';
import { compileAggregate } from './aggregate.js';
import { compileApply } from './apply.js';
import type { Expression } from './contract.js';
import { compileDiscretize } from './discretize.js';
import { compileLag } from './lag.js';
import { typeOfText } from './literal.js';
import { compileMapValues, optional } from './map-values.js';
import { compileNormContinuous, compileNormDiscrete } from './norm.js';
import { isOfRecord, mapOfField, ofField } from './of-field.js';
import { compileTextIndex } from './text-index.js';

/** Compiles an expression element; its fields are resolved in `scope`. */
export function compileExpression(element: XmlElement, scope: Scope): Expression {
  switch (element.name) {
    case 'Constant':
      return compileConstant(element);
    case 'FieldRef':
      return compileFieldRef(element, scope);
    case 'NormContinuous':
      return compileNormContinuous(element, scope);
    case 'NormDiscrete':
      return compileNormDiscrete(element, scope);
    case 'Discretize':
      return compileDiscretize(element, scope);
    case 'MapValues':
      return compileMapValues(element, scope);
    case 'TextIndex':
      return compileTextIndex(element, scope, compileExpression);
    case 'Apply':
      return compileApply(element, scope, compileExpression);
    case 'Aggregate':
      return compileAggregate(element, scope);
    case 'Lag':
      return compileLag(element, scope);
    default:
      return element.refuse('this expression is not supported');
  }
}

function compileConstant(element: XmlElement): Expression {
  const dataType = dataTypeOf(element) ?? typeOfText(element.text);
  if (element.boolean('missing', false)) return { dataType, read: () => undefined, ofRecord: true };
  const text = dataType === 'string' ? element.text : element.text.trim();
  const constant = parseLiteral(dataType, text, element);
  return { dataType, constant, outcomes: [constant], read: () => constant, ofRecord: true };
}

function compileFieldRef(element: XmlElement, scope: Scope): Expression {
  const field = scope.field(element.need('field'), element);
  const { dataType, opType, read } = field;
  const missing = optional(element, 'mapMissingTo', dataType);
  if (missing !== undefined) {
    const replaced = ofField(field, dataType, (value) => value ?? missing);
    return { ...replaced, opType, outcomes: [missing] };
  }
  const plain = { read, dataType, opType, field, map: mapOfField(field), ofRecord: isOfRecord(field) };
  const numeric = isNumeric(dataType) || dataType === 'boolean';
  return numeric ? { ...plain, column: (columns) => columns.number(read) } : plain;
}
