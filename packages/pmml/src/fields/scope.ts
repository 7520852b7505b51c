import type { FunctionDefinition } from '../expressions/contract.js';
import type { XmlElement } from '../xml/element.js';
import type { Field } from './field.js';
import type { Layout } from './frame.js';

/**
 * The names a part of a model can see. A scope sees its parent's names unless it declares them itself. Fields
 * are compiled at their first use, so their order in the document does not matter.
 */
export class Scope {
  readonly layout: Layout;
  readonly parent: Scope | undefined;
  /** User-defined functions of the document. */
  readonly functions: Map<string, FunctionDefinition>;
  readonly #fields = new Map<string, Field | (() => Field)>();
  /** Fields that are being compiled, innermost last; made when there is one, as most scopes never have any. */
  #busy: string[] | undefined = undefined;

  constructor(layout: Layout, parent?: Scope) {
    this.layout = layout;
    this.parent = parent;
    this.functions = parent?.functions ?? new Map();
  }

  declare(name: string, field: Field | (() => Field)): void {
    this.#fields.set(name, field);
  }

  declares(name: string): boolean {
    return this.#fields.has(name);
  }

  /** The field of that name, or undefined where none is visible. */
  find(name: string): Field | undefined {
    // A field whose own expression names it (x = f(x)) means the one of the enclosing scope.
    const own = this.#busy?.at(-1) === name ? undefined : this.#fields.get(name);
    if (own === undefined) return this.parent?.find(name);
    if (typeof own !== 'function') return own;
    // Through others it would be a circle, which looks different from each of its fields.
    if (this.#busy?.includes(name) === true) return undefined;
    this.#busy ??= [];
    this.#busy.push(name);
    try {
      const field = own();
      this.#fields.set(name, field);
      return field;
    } finally {
      this.#busy.pop();
      if (this.#busy.length === 0) this.#busy = undefined;
    }
  }

  /** Whether somebody has asked for a field of this scope. */
  isUsed(name: string): boolean {
    return typeof this.#fields.get(name) !== 'function';
  }

  #isCircle(name: string): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.#busy?.includes(name) === true) return true;
    }
    return false;
  }

  /** The field of that name; `user` is refused where none is visible. */
  field(name: string, user: XmlElement): Field {
    const found = this.find(name);
    if (found === undefined && this.#isCircle(name))
      return user.refuse(`field ${JSON.stringify(name)} is derived from itself`);
    return found ?? user.refuse(`field ${JSON.stringify(name)} is not known here`);
  }

  /** Compiles what has not been used yet, so that a fault in it shows at load. */
  compileAll(): void {
    for (const name of this.#fields.keys()) this.find(name);
  }
}
