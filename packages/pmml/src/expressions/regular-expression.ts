/**
 * A regular expression of the PCRE family, as PMML writes them, for JavaScript's engine: flags in front
 * (`(?i)`, `(?u)`), `\A`, `\Z`, POSIX classes and possessive quantifiers aside, the syntaxes agree. Undefined
 * where they do not.
 */
export function regularExpression(source: string, flags: string): RegExp | undefined {
  let text = source;
  let own = flags;
  const head = /^\(\?([a-zA-Z]+)\)/.exec(text);
  if (head !== null) {
    text = text.slice(head[0].length);
    for (const flag of head[1] as string) {
      if (flag === 'i' || flag === 'm' || flag === 's') own += flag;
      else if (flag !== 'u' && flag !== 'U') return undefined;
    }
  }
  text = text.replace(/\\A/g, '^').replace(/\\[zZ]/g, '$');
  text = text.replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole);
  for (const mode of ['u', '']) {
    try {
      return new RegExp(text, own + mode);
    } catch {
      // Without the unicode mode more escapes are allowed: the second try takes those.
    }
  }
  return undefined;
}

const POSIX: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  space: '\\s',
  upper: 'A-Z',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
};
