import type { Route, RoutingUpdate } from '@openeas/contracts';

/** Every route the gateway knows, at one revision. */
export interface RoutingState {
  readonly epoch: string;
  readonly revision: number;
  readonly routes: ReadonlyMap<string, Route>;
}

/**
 * The state after `update`, or undefined when the update does not fit onto `state`: a delta of another
 * start of control, or one that builds on a revision we do not have. Then a full snapshot is needed.
 */
export function applyUpdate(
  state: RoutingState | undefined,
  update: RoutingUpdate,
): RoutingState | undefined {
  if (update.kind === 'full') {
    return {
      epoch: update.epoch,
      revision: update.revision,
      routes: new Map(update.routes.map((route) => [route.name, route])),
    };
  }
  if (state === undefined || update.epoch !== state.epoch || update.previous !== state.revision) {
    return undefined;
  }
  const routes = new Map(state.routes);
  for (const name of update.remove) routes.delete(name);
  for (const route of update.upsert) routes.set(route.name, route);
  return { epoch: update.epoch, revision: update.revision, routes };
}

/** Names of routes that differ between two states; a route that control did not send anew is the same object. */
export function changedNames(before: RoutingState | undefined, after: RoutingState): readonly string[] {
  const names: string[] = [];
  for (const [name, route] of after.routes) if (before?.routes.get(name) !== route) names.push(name);
  for (const name of before?.routes.keys() ?? []) if (!after.routes.has(name)) names.push(name);
  return names;
}
