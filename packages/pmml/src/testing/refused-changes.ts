import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../load/load.js';
import { document } from './document.js';
import { refusal } from './refusal.js';

/** A change to a model that works, and what the changed one is refused for: the element, and a part of the reason. */
export type Change = readonly [what: string, from: string, to: string, element: string, reason: string];

/** A model that loads over `fields` (see `document`), and changes of its text that do not. */
export function refusedChanges(
  name: string,
  fields: string,
  model: string,
  changes: readonly Change[],
): void {
  describe(name, () => {
    test('loads as it is', () => {
      expect(() => loadPmmlSync(document(fields, model))).not.toThrow();
    });

    test.each(changes)('is refused with %s', (_, from, to, element, reason) => {
      const changed = model.replace(from, to);
      expect(changed).not.toBe(model);
      const why = refusal(document(fields, changed));
      expect(why).toMatch(new RegExp(`^${element} at [1-9]`));
      expect(why).toContain(reason);
    });
  });
}
