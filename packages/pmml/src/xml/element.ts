import { ModelError } from '../errors.js';

/**
 * One element of the document as the compilers see it. Names are local names (prefixes are dropped: a model
 * mixes no vocabularies below `Extension` and `row`, where the prefix is kept in `qname`).
 */
export class XmlElement {
  readonly name: string;
  readonly qname: string;
  /** Line of the start tag, from 1. */
  readonly line: number;
  readonly children: XmlElement[] = [];
  /** Character data outside child elements. */
  text = '';
  /** What a streaming compile made of this element; its children are dropped then. */
  compiled: unknown = undefined;
  readonly #attributes: readonly string[];

  constructor(qname: string, name: string, attributes: readonly string[], line: number) {
    this.qname = qname;
    this.name = name;
    this.#attributes = attributes;
    this.line = line;
  }

  /** Attribute names in document order. */
  get attributeNames(): string[] {
    return this.#attributes.filter((_, i) => i % 2 === 0);
  }

  /** The first attribute that is not among `known`. */
  attributeBeyond(known: ReadonlySet<string>): string | undefined {
    const list = this.#attributes;
    for (let i = 0; i < list.length; i += 2) {
      if (!known.has(list[i] as string)) return list[i];
    }
    return undefined;
  }

  attr(name: string): string | undefined {
    const list = this.#attributes;
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1];
    return undefined;
  }

  /** An attribute the specification requires. */
  need(name: string): string {
    const value = this.attr(name);
    if (value === undefined) this.refuse(`attribute ${JSON.stringify(name)} is missing`);
    return value;
  }

  number(name: string): number | undefined;
  number(name: string, fallback: number): number;
  number(name: string, fallback?: number): number | undefined {
    const value = this.attr(name);
    if (value === undefined) return fallback;
    const parsed = parseNumber(value);
    if (parsed === undefined) this.refuse(`attribute ${name}=${JSON.stringify(value)} is not a number`);
    return parsed;
  }

  needNumber(name: string): number {
    this.need(name);
    return this.number(name) as number;
  }

  integer(name: string): number | undefined;
  integer(name: string, fallback: number): number;
  integer(name: string, fallback?: number): number | undefined {
    const value = this.number(name);
    if (value === undefined) return fallback;
    if (!Number.isSafeInteger(value)) this.refuse(`attribute ${name}=${value} is not an integer`);
    return value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.attr(name);
    if (value === undefined) return fallback;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    this.refuse(`attribute ${name}=${JSON.stringify(value)} is not true or false`);
  }

  /** An attribute whose value must be one of `words`. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined;
  choice<T extends string>(name: string, words: readonly T[], fallback: T): T;
  choice<T extends string>(name: string, words: readonly T[], fallback?: T): T | undefined {
    const value = this.attr(name);
    if (value === undefined) return fallback;
    if ((words as readonly string[]).includes(value)) return value as T;
    // Words of later versions, as producers wrote them before those came out.
    const later = value.startsWith('x-') ? value.slice(2) : '';
    if ((words as readonly string[]).includes(later)) return later as T;
    this.refuse(`attribute ${name}=${JSON.stringify(value)} is not supported (one of ${words.join(', ')})`);
  }

  /** The child of that name: a second one would be left out, so it is refused. */
  child(name: string): XmlElement | undefined {
    return this.#only((c) => c.name === name);
  }

  #only(wanted: (child: XmlElement) => boolean): XmlElement | undefined {
    let found: XmlElement | undefined;
    for (const child of this.children) {
      if (!wanted(child)) continue;
      if (found !== undefined)
        child.refuse(`<${this.name}> has <${found.name}> already: one of the two is too many`);
      found = child;
    }
    return found;
  }

  needChild(name: string): XmlElement {
    const found = this.child(name);
    if (found === undefined) this.refuse(`element <${name}> is missing`);
    return found;
  }

  all(name: string): XmlElement[] {
    return this.children.filter((c) => c.name === name);
  }

  /** The child whose name is one of `names`. */
  oneOf(names: ReadonlySet<string>): XmlElement | undefined {
    return this.#only((c) => names.has(c.name));
  }

  refuse(reason: string): never {
    throw new ModelError(this.name, this.line, reason);
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as XML Schema writes it (`INF`, `-INF`, `NaN` and Java's `Infinity` included); else undefined. */
export function parseNumber(text: string): number | undefined {
  const value = +text;
  // Number() reads '', '0x10' and ' 1 ' too: only what it refuses or may misread takes the slow way.
  if (!Number.isNaN(value) && text.length > 0 && isPlain(text)) return value;
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  switch (trimmed) {
    case 'INF':
    case '+INF':
    case 'Infinity':
    case '+Infinity':
      return Infinity;
    case '-INF':
    case '-Infinity':
      return -Infinity;
    case 'NaN':
      return NaN;
    default:
      return undefined;
  }
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const ok = (c >= 48 && c <= 57) || c === 46 || c === 45 || c === 43 || c === 101 || c === 69;
    if (!ok) return false;
  }
  return true;
}
