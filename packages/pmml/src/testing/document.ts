/** A small PMML document for tests: `fields` are "name type optype [values…]", one a line. */
export function document(fields: string, model: string): string {
  const declared = fields
    .trim()
    .split('\n')
    .map((line) => {
      const [name, dataType, optype, ...values] = line.trim().split(/\s+/);
      const listed = values.map((v) => `<Value value="${v}"/>`).join('');
      return `<DataField name="${name}" dataType="${dataType}" optype="${optype}">${listed}</DataField>`;
    });
  return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary>${declared.join('\n')}</DataDictionary>
${model}
</PMML>`;
}

/** A MiningSchema: plain names are active, "name:usage" has that usage. */
export function schema(...fields: string[]): string {
  const items = fields.map((f) => {
    const [name, usage] = f.split(':');
    return `<MiningField name="${name}"${usage === undefined ? '' : ` usageType="${usage}"`}/>`;
  });
  return `<MiningSchema>${items.join('')}</MiningSchema>`;
}
