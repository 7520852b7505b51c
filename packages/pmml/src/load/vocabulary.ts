import { levenshtein } from '../expressions/text-tokens.js';
import { MODEL_ELEMENTS } from '../models/model-elements.js';
import type { XmlElement } from '../xml/element.js';
import { MODEL, WORDS } from './words.js';

interface Entry {
  readonly attributes: ReadonlySet<string>;
  /** Undefined where anything may be inside. */
  readonly children: ReadonlySet<string> | undefined;
}

const VOCABULARY = readWords();

function readWords(): ReadonlyMap<string, Entry> {
  const split = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  const entries = new Map<string, Entry>();
  for (const line of WORDS.trim().split('\n')) {
    const [name = '', rest = ''] = line.split(':');
    const [attributes = '', children = ''] = rest.split('/');
    const isModel = MODEL_ELEMENTS.has(name);
    entries.set(name, {
      attributes: new Set([...split(attributes), ...(isModel ? split(MODEL.attributes) : [])]),
      children:
        children.trim() === '*'
          ? undefined
          : new Set([...split(children), ...(isModel ? split(MODEL.children) : [])]),
    });
  }
  return entries;
}

/**
 * Refuses an attribute, or an element below `parent`, that PMML does not know: whoever wrote it meant something by
 * it. Names of extensions (`x-…`, `X-…`, other vocabularies' prefixes) are theirs.
 */
export function checkWords(element: XmlElement, parent: XmlElement | undefined): void {
  const { name } = element;
  const inside = parent === undefined ? undefined : VOCABULARY.get(parent.name)?.children;
  if (inside !== undefined && !inside.has(name) && !/^x-/i.test(name))
    element.refuse(`<${parent?.name}> has no such element${nearest(name, inside)}`);
  const entry = VOCABULARY.get(name);
  if (entry === undefined) return;
  // Nearly every element has known names alone: the others are looked at once more.
  if (element.attributeBeyond(entry.attributes) === undefined) return;
  for (const attribute of element.attributeNames) {
    if (!entry.attributes.has(attribute) && !isForeign(attribute))
      element.refuse(
        `attribute ${JSON.stringify(attribute)} is not known${nearest(attribute, entry.attributes)}`,
      );
  }
}

function isForeign(attribute: string): boolean {
  return attribute === 'xmlns' || attribute.includes(':') || attribute.startsWith('x-');
}

function nearest(word: string, known: ReadonlySet<string>): string {
  let best = '';
  let distance = Math.min(4, word.length / 2);
  for (const candidate of known) {
    const d = levenshtein(word.toLowerCase(), candidate.toLowerCase());
    if (d < distance) [best, distance] = [candidate, d];
  }
  return best === '' ? '' : ` (${best} is)`;
}
