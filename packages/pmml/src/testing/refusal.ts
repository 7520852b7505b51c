import { ModelError } from '../errors.js';
import { loadPmmlSync } from '../load/load.js';

/** What a document is refused for: "Element at LINE: reason". It must be, and while it is loaded. */
export function refusal(text: string): string {
  try {
    loadPmmlSync(text);
  } catch (error) {
    if (error instanceof ModelError) return `${error.element} at ${error.line}: ${error.reason}`;
    throw error;
  }
  throw new Error('the model is not refused');
}
