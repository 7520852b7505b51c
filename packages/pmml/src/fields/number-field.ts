import type { XmlElement } from '../xml/element.js';
import type { Field } from './field.js';

/** Refuses a text where numbers are computed with: every row would be missing, or not a number. */
export function numberField(field: Field, user: XmlElement): Field {
  if (field.dataType === 'string') user.refuse(`field ${JSON.stringify(field.name)} is text, not a number`);
  return field;
}
