import type { XmlElement } from '../xml/element.js';

/** Which derived fields of a dictionary change when fields they are made of do. */
export class Dependencies {
  readonly #direct = new Map<string, ReadonlySet<string>>();
  readonly #elements = new Map<string, XmlElement>();

  constructor(dictionary: XmlElement) {
    for (const child of dictionary.all('DerivedField')) {
      const name = child.attr('name');
      if (name === undefined) continue;
      const used = new Set<string>();
      collect(child, used);
      this.#direct.set(name, used);
      this.#elements.set(name, child);
    }
  }

  /** Derived fields that read one of `changed`, directly or through others. */
  affected(changed: ReadonlySet<string>): XmlElement[] {
    const touched = new Set(changed);
    const out: XmlElement[] = [];
    for (let grew = true; grew; ) {
      grew = false;
      for (const [name, used] of this.#direct) {
        if (touched.has(name) || ![...used].some((u) => touched.has(u))) continue;
        touched.add(name);
        out.push(this.#elements.get(name) as XmlElement);
        grew = true;
      }
    }
    return out;
  }
}

function collect(element: XmlElement, into: Set<string>): void {
  for (const attribute of ['field', 'textField', 'groupField']) {
    const name = element.attr(attribute);
    if (name !== undefined) into.add(name);
  }
  for (const child of element.children) collect(child, into);
}
