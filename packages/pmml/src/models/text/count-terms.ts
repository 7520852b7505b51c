/** Words of a text: runs of letters and digits, in lower case. */
function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Counts how often each term (a word or several in a row) is in a text, letter case left aside. */
export function countTerms(terms: readonly string[]): (text: string) => Float64Array {
  const index = new Map<string, number[]>();
  let longest = 1;
  for (const [i, term] of terms.entries()) {
    const parts = words(term);
    longest = Math.max(longest, parts.length);
    const key = parts.join(' ');
    index.set(key, [...(index.get(key) ?? []), i]);
  }
  return (text) => {
    const counts = new Float64Array(terms.length);
    const found = words(text);
    for (let at = 0; at < found.length; at++) {
      let key = '';
      for (let length = 1; length <= longest && at + length <= found.length; length++) {
        key = length === 1 ? (found[at] as string) : `${key} ${found[at + length - 1]}`;
        for (const term of index.get(key) ?? []) counts[term] = (counts[term] as number) + 1;
      }
    }
    return counts;
  };
}
