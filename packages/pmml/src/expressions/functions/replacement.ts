/**
 * What a match is replaced by, as XQuery and Java write it: `$1` and `${name}` are groups, `$0` is the match, a
 * backslash takes the next character as it is. JavaScript's own templates differ (`$&`, `$$`).
 */
function replacementOf(template: string): (match: RegExpMatchArray) => string {
  const parts: (string | { group: string })[] = [];
  const rest = /\\([\s\S])|\$(\d|\{(\w+)\})|[^\\$]+|[\\$]/g;
  for (const [whole, escaped, group, name] of template.matchAll(rest)) {
    if (escaped !== undefined) parts.push(escaped);
    else if (group !== undefined) parts.push({ group: name ?? group });
    else parts.push(whole);
  }
  return (match) => {
    let out = '';
    for (const part of parts) {
      if (typeof part === 'string') out += part;
      else out += (/^\d+$/.test(part.group) ? match[Number(part.group)] : match.groups?.[part.group]) ?? '';
    }
    return out;
  };
}

/** Replaces every match of a global expression. */
export function replaceAll(text: string, expression: RegExp, template: string): string {
  // Most templates have nothing in them that stands for something else.
  if (!/[\\$]/.test(template)) return text.replace(expression, () => template);
  const replacement = replacementOf(template);
  let out = '';
  let end = 0;
  for (const match of text.matchAll(expression)) {
    out += text.slice(end, match.index) + replacement(match);
    end = match.index + match[0].length;
  }
  return out + text.slice(end);
}
