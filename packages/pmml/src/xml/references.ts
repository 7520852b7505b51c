const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };

/** Replaces the five entities of XML and character references; any other reference is refused. */
export function expandReferences(raw: string, fail: (reason: string) => never): string {
  return raw.replace(/&([^;&]{0,12};)?/g, (_, body: string | undefined) => {
    if (body === undefined) return fail('"&" begins no reference');
    const name = body.slice(0, -1);
    if (name.startsWith('#')) return character(name, fail);
    return NAMED[name] ?? fail(`the entity &${body} is not declared`);
  });
}

function character(name: string, fail: (reason: string) => never): string {
  const hex = /^#x([0-9a-fA-F]+)$/.exec(name)?.[1];
  const decimal = /^#([0-9]+)$/.exec(name)?.[1];
  const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : -1;
  const legal =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 32 && code < 0xd800) ||
    (code > 0xdfff && code < 0xfffe) ||
    (code > 0xffff && code <= 0x10ffff);
  return legal ? String.fromCodePoint(code) : fail(`&${name}; is no character`);
}
