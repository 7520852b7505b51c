import { type ActivationTools, type ActiveRoute, activate, deactivate } from './active-route.js';
import { changedNames, type RoutingState } from './apply-update.js';

/** The routes in use. A state replaces the one before in one step; nothing is ever half applied. */
export class RoutingTable {
  readonly #tools: ActivationTools;
  #state: RoutingState | undefined;
  readonly #active = new Map<string, ActiveRoute>();

  constructor(tools: ActivationTools) {
    this.#tools = tools;
  }

  /** Undefined until the first state, from disk or from control. */
  get state(): RoutingState | undefined {
    return this.#state;
  }

  find(name: string): ActiveRoute | undefined {
    return this.#active.get(name);
  }

  replace(state: RoutingState): void {
    const names = changedNames(this.#state, state);
    const next = new Map<string, ActiveRoute>();
    for (const name of names) {
      const route = state.routes.get(name);
      if (route !== undefined) next.set(name, activate(route, this.#tools, this.#active.get(name)));
    }
    // New instances are counted before old ones are let go, so one that stays keeps its connections.
    for (const name of names) {
      const before = this.#active.get(name);
      const after = next.get(name);
      if (after === undefined) {
        this.#active.delete(name);
        this.#tools.metrics.dropRoute(name);
      } else this.#active.set(name, after);
      if (before !== undefined) deactivate(before, this.#tools.instances);
    }
    this.#state = state;
  }
}
