import type { XmlElement } from '../xml/element.js';

/** Refuses the element of a key (an id, a category) that another one before it has. */
export function refuseTwice(keys: readonly string[], elementOf: (index: number) => XmlElement): void {
  const seen = new Set<string>();
  for (const [i, key] of keys.entries()) {
    if (seen.has(key)) elementOf(i).refuse(`${JSON.stringify(key)} is there twice`);
    seen.add(key);
  }
}
