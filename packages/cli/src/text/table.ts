import { displayWidth } from './display-width.js';
import { printable } from './printable.js';

export type Cell = string | number | boolean | null | undefined;

/**
 * ```
 * +------+-----+
 * | NAME | CPU |
 * +------+-----+
 * | a    |   1 |
 * +------+-----+
 * ```
 * Headers are centred, columns of numbers flush right. A cell may hold several lines.
 */
export function gridTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const widths = columnWidths([header, ...rows]);
  const aligns = numeric.map((is) => (is ? padStart : padEnd));
  const rule = ruleOf(widths);
  const body = rows.map((row) => tableRow(row, widths, aligns));
  return [
    rule,
    tableRow(
      header,
      widths,
      header.map(() => centre),
    ),
    rule,
    ...body,
    ...(body.length > 0 ? [rule] : []),
  ].join('\n');
}

/** Two columns without a header, names flush right: the form of `create` and `desc`. */
export function pairTable(rows: readonly (readonly [string, Cell])[]): string {
  const widths = columnWidths(rows);
  const rule = ruleOf(widths);
  return [rule, ...rows.map((row) => tableRow(row, widths, [padStart, padEnd])), rule].join('\n');
}

type Align = (text: string, width: number) => string;

function cellLines(cell: Cell): string[] {
  return printable(String(cell ?? ''))
    .replaceAll('\t', '    ')
    .split('\n');
}

function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      for (const line of cellLines(cell)) widths[column] = Math.max(widths[column] ?? 0, displayWidth(line));
    });
  }
  return widths;
}

function ruleOf(widths: readonly number[]): string {
  return `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
}

function tableRow(row: readonly Cell[], widths: readonly number[], aligns: readonly Align[]): string {
  const cells = row.map(cellLines);
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines: string[] = [];
  for (let line = 0; line < height; line++) {
    const texts = widths.map((width, column) =>
      (aligns[column] ?? padEnd)(cells[column]?.[line] ?? '', width),
    );
    lines.push(`| ${texts.join(' | ')} |`);
  }
  return lines.join('\n');
}

function padStart(text: string, width: number): string {
  return ' '.repeat(width - displayWidth(text)) + text;
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(width - displayWidth(text));
}

function centre(text: string, width: number): string {
  const free = width - displayWidth(text);
  return ' '.repeat(Math.floor(free / 2)) + text + ' '.repeat(Math.ceil(free / 2));
}
