import type { XmlElement } from '../../xml/element.js';

/** Points that a reason code has lost or won, by the algorithm of the card. */
export type Difference = (partial: number, baseline: number) => number;

export function differenceOf(card: XmlElement): Difference {
  return card.choice('reasonCodeAlgorithm', ['pointsAbove', 'pointsBelow'] as const, 'pointsBelow') ===
    'pointsAbove'
    ? (partial, baseline) => partial - baseline
    : (partial, baseline) => baseline - partial;
}

/** Codes by falling points, as indices; codes on the good side of their baseline are no reasons. */
export function rankCodes(points: readonly number[]): number[] {
  const out: number[] = [];
  points.forEach((p, code) => {
    if (p >= 0) out.push(code);
  });
  return out.sort((a, b) => (points[b] as number) - (points[a] as number));
}

/** The first of them, or -1. */
export function firstCode(points: readonly number[]): number {
  let best = -1;
  for (let code = 0; code < points.length; code++) {
    const p = points[code] as number;
    if (p >= 0 && (best < 0 || p > (points[best] as number))) best = code;
  }
  return best;
}
