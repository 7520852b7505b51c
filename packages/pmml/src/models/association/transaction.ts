import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { ModelContext } from '../contract.js';

/** How an item shows in a row: as one of the values of a field, or as a field that says yes or no. */
interface Place {
  readonly field: Field;
  /** Key of the value; undefined = the field is the item's own flag. */
  readonly key: string | undefined;
}

/** Reads the items of a row: 1 where an item is there. */
export function transactionReader(
  context: ModelContext,
  items: readonly XmlElement[],
): (frame: Frame) => Uint8Array {
  const places = items.map((item) => placeOf(item, context));
  const fields = [...new Set(places.map((p) => p.field))];
  const flags = fields.map((f) =>
    places.flatMap((p, i) => (p.field === f && p.key === undefined ? [i] : [])),
  );
  const byKey = fields.map((f) => {
    const index = new Map<string, number[]>();
    for (const [i, { field, key }] of places.entries()) {
      if (field === f && key !== undefined) index.set(key, [...(index.get(key) ?? []), i]);
    }
    return index;
  });
  return (frame) => {
    const present = new Uint8Array(items.length);
    for (const [f, field] of fields.entries()) {
      const value = field.read(frame);
      if (isYes(value)) for (const item of flags[f] as number[]) present[item] = 1;
      const index = byKey[f] as Map<string, number[]>;
      for (const v of Array.isArray(value) ? value : [value]) {
        if (v !== undefined) for (const item of index.get(keyOf(v)) ?? []) present[item] = 1;
      }
    }
    return present;
  };
}

function isYes(value: Value): boolean {
  if (typeof value === 'string') return /^(t|true|y|yes|1)$/i.test(value);
  return value === true || (typeof value === 'number' && value > 0);
}

/**
 * Items belong to the field they name; or to the one active field of the model, whose values they are; or, where
 * there are several, to the field of their name, or to that of `field=value`.
 */
function placeOf(item: XmlElement, { scope, element }: ModelContext): Place {
  const value = item.need('value');
  const own = item.attr('field');
  const place = (name: string, text: string): Place => {
    const field = scope.field(name, item);
    if (field.taxonomy !== undefined)
      item.refuse(`field ${JSON.stringify(name)} has a taxonomy: items of several levels are not supported`);
    return { field, key: categoryKey(field.dataType, text) };
  };
  if (own !== undefined) return place(own, item.attr('category') ?? value);
  const active = element
    .needChild('MiningSchema')
    .all('MiningField')
    .filter((f) => (f.attr('usageType') ?? 'active') === 'active')
    .map((f) => f.need('name'));
  if (active.length === 1) return place(active[0] as string, value);
  if (active.includes(value)) return { field: scope.field(value, item), key: undefined };
  const equals = value.indexOf('=');
  const name = value.slice(0, Math.max(0, equals));
  if (active.includes(name)) return place(name, value.slice(equals + 1));
  return item.refuse('it names no field, and no active field is named after it');
}
