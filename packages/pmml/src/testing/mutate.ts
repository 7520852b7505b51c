import type { Random } from './random-model.js';

const WORDS = [
  '',
  '0',
  '-1',
  '1e999',
  'NaN',
  'x',
  'regression',
  'classification',
  'a',
  'y',
  '&amp;',
  'modelChain',
];

/** A copy of the document with one to three faults: bytes, attribute values, elements. */
export function mutate(source: string, random: Random): string {
  let text = source;
  const times = 1 + Math.floor(random() * 3);
  for (let i = 0; i < times; i++) text = once(text, random);
  return text;
}

function once(text: string, random: Random): string {
  const at = Math.floor(random() * text.length);
  const kind = Math.floor(random() * 7);
  switch (kind) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(32 + Math.floor(random() * 95)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 40));
    case 2:
      return text.slice(0, at);
    case 3:
    case 4:
      return change(text, random, /\s[\w-]+="[^"]*"/g, (m) =>
        m.replace(/"[^"]*"/, `"${WORDS[Math.floor(random() * WORDS.length)]}"`),
      );
    case 5:
      return change(text, random, /\s[\w-]+="[^"]*"/g, () => '');
    default:
      return change(text, random, /<[A-Za-z][^<>]*\/>/g, (m) => (random() < 0.5 ? '' : m + m));
  }
}

/** Changes one of the places a pattern finds. */
function change(text: string, random: Random, pattern: RegExp, by: (found: string) => string): string {
  const places = [...text.matchAll(pattern)];
  const place = places[Math.floor(random() * places.length)];
  if (place === undefined) return text;
  return text.slice(0, place.index) + by(place[0]) + text.slice(place.index + place[0].length);
}
