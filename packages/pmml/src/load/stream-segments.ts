import type { Scope } from '../fields/scope.js';
import { compileSegment, segmentScope } from '../models/mining/segments.js';
import type { DocumentContext } from '../models/model-compiler.js';
import { openModel } from '../models/model-compiler.js';
import type { XmlElement } from '../xml/element.js';
import { openDocument } from './document.js';

/**
 * Compiles segments as they are completed and drops their elements, so that an ensemble of any size needs the
 * memory of its compiled form. The document's head must then precede them, as the schema has it.
 */
export class SegmentStream {
  readonly #fill: boolean;
  #doc: DocumentContext | undefined;

  constructor(fill: boolean) {
    this.#fill = fill;
  }

  /** What was opened on the way, for the rest of the document. */
  get document(): DocumentContext | undefined {
    return this.#doc;
  }

  /** A `Segment` is complete below `ancestors`. */
  close(segment: XmlElement, ancestors: readonly XmlElement[]): void {
    const root = ancestors[0];
    if (root?.name !== 'PMML' || ancestors.length < 3) return;
    this.#doc ??= openDocument(root, this.#fill);
    let parent: Scope | undefined;
    for (const element of ancestors) {
      if (element.name !== 'MiningModel') continue;
      const open = openModel(this.#doc, element, parent);
      parent = segmentScope(open.context);
    }
    const model = ancestors.at(-2);
    if (model?.name !== 'MiningModel') return;
    // Segments that were waiting (the document was small until now) come first: chains are ordered.
    for (const sibling of ancestors.at(-1)?.all('Segment') ?? []) {
      if (sibling.compiled === undefined)
        compileSegment(openModel(this.#doc, model, undefined).context, sibling);
    }
    void segment;
  }
}
