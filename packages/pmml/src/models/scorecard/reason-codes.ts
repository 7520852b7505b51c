import type { XmlElement } from '../../xml/element.js';

/** Points that a reason code has lost or won, by the algorithm of the card. */
export type Difference = (partial: number, baseline: number) => number;

export function differenceOf(card: XmlElement): Difference {
  return card.choice('reasonCodeAlgorithm', ['pointsAbove', 'pointsBelow'] as const, 'pointsBelow') ===
    'pointsAbove'
    ? (partial, baseline) => partial - baseline
    : (partial, baseline) => baseline - partial;
}

/** Codes by falling points; codes on the good side of their baseline are no reasons. */
export function rankCodes(points: ReadonlyMap<string, number>): string[] {
  return [...points.entries()]
    .filter(([, p]) => p >= 0)
    .sort((a, b) => b[1] - a[1])
    .map(([code]) => code);
}
