import { XmlElement } from './element.js';
import type { XmlHandler } from './parser.js';

/** Called when an element is complete, with its open ancestors (outermost first). */
export type CloseHook = (element: XmlElement, ancestors: readonly XmlElement[]) => void;

/** Called when an element begins, with the one it is in. */
export type OpenHook = (element: XmlElement, parent: XmlElement | undefined) => void;

/** Content no compiler reads: it is dropped as it comes. */
const DROPPED: ReadonlySet<string> = new Set([
  'ModelStats',
  'ModelExplanation',
  'Extension',
  'MiningBuildTask',
]);

/** Builds the element tree; the hook may replace a finished element by something smaller. */
export class TreeBuilder implements XmlHandler {
  root: XmlElement | undefined;
  readonly #stack: XmlElement[] = [];
  readonly #hook: CloseHook | undefined;
  readonly #opened: OpenHook | undefined;
  #skipped = 0;

  constructor(hook?: CloseHook, opened?: OpenHook) {
    this.#hook = hook;
    this.#opened = opened;
  }

  open(qname: string, attributes: string[], line: number): void {
    const colon = qname.indexOf(':');
    const name = colon < 0 ? qname : qname.slice(colon + 1);
    if (this.#skipped > 0 || (this.#stack.length > 0 && DROPPED.has(name))) {
      this.#skipped++;
      return;
    }
    const element = new XmlElement(qname, name, attributes, line);
    const parent = this.#stack.at(-1);
    this.#opened?.(element, parent);
    if (parent === undefined) this.root = element;
    else {
      if (parent.children.length === 0 && parent.text !== '' && parent.text.trim() === '') parent.text = '';
      parent.children.push(element);
    }
    this.#stack.push(element);
  }

  text(text: string): void {
    if (this.#skipped > 0) return;
    const element = this.#stack.at(-1) as XmlElement;
    // White space counts only where it is all there is: a Constant may be one blank.
    if (element.children.length > 0 && text.trim() === '') return;
    element.text += text;
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const element = this.#stack.pop() as XmlElement;
    this.#hook?.(element, this.#stack);
  }
}
