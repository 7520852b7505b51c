import type { XmlElement } from './element.js';

/** A row of an `InlineTable`: cells by column. */
export type TableRow = (column: string) => string | undefined;

/**
 * Rows of an `InlineTable`. A column is named as the cell is, prefix included or not (`data:input`, `input`), and
 * names that are no XML names are escaped in the cell (`petal_x0020_width`).
 */
export function readTable(element: XmlElement): TableRow[] {
  return element.all('row').map((row) => {
    const cells = new Map<string, string>();
    /** By names without prefixes, where cells have some. */
    let locals: Map<string, string> | undefined;
    for (const { qname, name, text } of row.children) {
      if (cells.has(qname)) row.refuse(`it has two cells <${qname}>`);
      cells.set(qname, text);
      if (name === qname) continue;
      locals ??= new Map();
      if (!locals.has(name)) locals.set(name, text);
    }
    const find = (name: string): string | undefined => cells.get(name) ?? locals?.get(name);
    return (column) => {
      const exact = find(column);
      if (exact !== undefined) return exact;
      const local = column.includes(':') ? find(column.slice(column.indexOf(':') + 1)) : undefined;
      return local ?? find(column.replace(/[^\w.:-]/g, escaped));
    };
  });
}

/** Refuses a column that no row of the table has: it is called otherwise. */
export function checkColumn(rows: readonly TableRow[], column: string, user: XmlElement): void {
  if (rows.length > 0 && rows.every((row) => row(column) === undefined))
    user.refuse(`its table has no column ${JSON.stringify(column)}`);
}

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** The inline table below an element; tables that live elsewhere are refused. */
export function inlineTable(parent: XmlElement): XmlElement {
  const locator = parent.child('TableLocator');
  if (locator !== undefined) locator.refuse('tables outside the document are not supported');
  return parent.needChild('InlineTable');
}
