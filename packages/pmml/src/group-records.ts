/** A record whose other cells are lists: what association, sequence and baseline models score. */
export type GroupedRecord = Record<string, unknown>;

/**
 * Gathers rows of (group, item, …) into one record per group, in order of first appearance: the group field keeps
 * its value, every other field becomes the list of its values, aligned by row. `info.inputs` tells the group field
 * of a model (usage `group`). Rows without a group value are each a group of their own.
 */
export function groupRecords(
  records: readonly Readonly<Record<string, unknown>>[],
  field: string,
): GroupedRecord[] {
  const groups = new Map<unknown, Readonly<Record<string, unknown>>[]>();
  for (const record of records) {
    const key = record[field] ?? record;
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [record]);
    else rows.push(record);
  }
  return [...groups.values()].map((rows) => {
    const names = new Set(rows.flatMap((row) => Object.keys(row)));
    const group: GroupedRecord = {};
    for (const name of names) {
      group[name] = name === field ? (rows[0] as GroupedRecord)[field] : rows.map((row) => row[name]);
    }
    return group;
  });
}
