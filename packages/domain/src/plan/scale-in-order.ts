import { isServing } from './instance-groups.js';
import type { InstanceFacts } from './view.js';

/**
 * Who goes first when there are too many: those the user named or wants replaced, then those that serve nobody (isolated ones
 * last among them, the user keeps them for a look), then the newest.
 */
export function scaleInOrder(
  instances: readonly InstanceFacts[],
  named: readonly string[],
): readonly InstanceFacts[] {
  const names = new Set(named);
  const rank = (instance: InstanceFacts): number => {
    if (names.has(instance.id) || names.has(instance.name) || instance.wish === 'replace') return 0;
    if (isServing(instance)) return 3;
    return instance.isolated ? 2 : 1;
  };
  return [...instances].sort(
    (a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1),
  );
}
