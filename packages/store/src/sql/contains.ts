import { type Expression, type SqlBool, sql } from 'kysely';

/** Fuzzy match of a filter: `text` anywhere in the column, in letters of either case. */
export function contains(column: Expression<string>, text: string): Expression<SqlBool> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`lower(${column}) like lower(${pattern}) escape '\\'`;
}
