import { type ActivationTools, type ActiveRoute, activate, deactivate } from './active-route.js';
import { changedNames, type RoutingState } from './apply-update.js';

/** The routes in use. A state replaces the one before in one step; nothing is ever half applied. */
export class RoutingTable {
  readonly #tools: ActivationTools;
  #state: RoutingState | undefined;
  readonly #active = new Map<string, ActiveRoute>();
  /** By the further names of routes. */
  readonly #aliases = new Map<string, ActiveRoute>();
  /** By the first part of API-gateway addresses. */
  readonly #apiGateway = new Map<string, ActiveRoute>();

  constructor(tools: ActivationTools) {
    this.#tools = tools;
  }

  /** Undefined until the first state, from disk or from control. */
  get state(): RoutingState | undefined {
    return this.#state;
  }

  find(name: string): ActiveRoute | undefined {
    return this.#active.get(name) ?? this.#aliases.get(name);
  }

  /** The route whose API-gateway address `target` begins with (`/EAPI_…`). */
  findApiGateway(target: string): ActiveRoute | undefined {
    if (this.#apiGateway.size === 0) return undefined;
    const alias = /^\/([^/?]+)/.exec(target)?.[1];
    return alias === undefined ? undefined : this.#apiGateway.get(alias);
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
      if (before !== undefined) this.#forgetAliases(before);
      if (after !== undefined) this.#noteAliases(after);
      if (after === undefined) {
        this.#active.delete(name);
        this.#tools.metrics.dropRoute(name);
      } else this.#active.set(name, after);
      if (before !== undefined) deactivate(before, this.#tools);
    }
    this.#state = state;
  }

  #noteAliases(active: ActiveRoute): void {
    const { aliases = [], apiGateway } = active.route;
    for (const alias of aliases) this.#aliases.set(alias, active);
    if (apiGateway !== undefined) this.#apiGateway.set(apiGateway.alias, active);
  }

  /** A name that another route bears by now stays. */
  #forgetAliases(active: ActiveRoute): void {
    const { aliases = [], apiGateway } = active.route;
    for (const alias of aliases) if (this.#aliases.get(alias) === active) this.#aliases.delete(alias);
    const alias = apiGateway?.alias ?? '';
    if (this.#apiGateway.get(alias) === active) this.#apiGateway.delete(alias);
  }
}
