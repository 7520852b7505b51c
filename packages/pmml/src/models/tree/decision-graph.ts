/**
 * A decision graph in flat arrays. Node `n` tests feature `feature[n]`: below `threshold[n]` → `yes[n]`, else
 * `no[n]`; missing (NaN) → `missing[n]`. Where `set[n] >= 0` the feature is a category code that is looked up in a
 * bit set instead. A negative target `t` ends the walk at leaf `~t`.
 */
export interface DecisionGraph {
  readonly entry: number;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly yes: Int32Array;
  readonly no: Int32Array;
  readonly missing: Int32Array;
  /** Index of the set in `setStart`, or -1. */
  readonly set: Int32Array;
  /** Bit sets: the words of set `s` are `words[setStart[s]] … words[setStart[s + 1] - 1]`. */
  readonly setStart: Int32Array;
  readonly words: Int32Array;
  readonly hasSets: boolean;
}

export function inSet(graph: DecisionGraph, set: number, code: number): boolean {
  if (code < 0) return false;
  const word = (graph.setStart[set] as number) + (code >> 5);
  return (
    word < (graph.setStart[set + 1] as number) && (((graph.words[word] as number) >>> (code & 31)) & 1) === 1
  );
}

/** Collects nodes, then lays them out breadth first so that the upper ones lie together. */
export class GraphBuilder {
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #yes: number[] = [];
  readonly #no: number[] = [];
  readonly #missing: number[] = [];
  readonly #set: number[] = [];
  readonly #sets: Int32Array[] = [];

  get size(): number {
    return this.#feature.length;
  }

  below(feature: number, threshold: number, yes: number, no: number, missing: number): number {
    return this.#push(feature, threshold, -1, yes, no, missing);
  }

  among(feature: number, codes: readonly number[], yes: number, no: number, missing: number): number {
    const words = new Int32Array((codes.reduce((a, b) => Math.max(a, b), 0) >> 5) + 1);
    for (const code of codes) words[code >> 5] = (words[code >> 5] as number) | (1 << (code & 31));
    return this.#push(feature, 0, this.#sets.push(words) - 1, yes, no, missing);
  }

  /** Reads a feature and goes on. */
  touch(feature: number, next: number): number {
    return this.#add(feature, 0, -1, next, next, next);
  }

  #push(feature: number, threshold: number, set: number, yes: number, no: number, missing: number): number {
    if (yes === no && no === missing) return yes;
    return this.#add(feature, threshold, set, yes, no, missing);
  }

  #add(feature: number, threshold: number, set: number, yes: number, no: number, missing: number): number {
    this.#threshold.push(threshold);
    this.#yes.push(yes);
    this.#no.push(no);
    this.#missing.push(missing);
    this.#set.push(set);
    return this.#feature.push(feature) - 1;
  }

  finish(entry: number): DecisionGraph {
    const order: number[] = [];
    const place = new Map<number, number>();
    const visit = (target: number): void => {
      if (target < 0 || place.has(target)) return;
      place.set(target, order.length);
      order.push(target);
    };
    visit(entry);
    for (let i = 0; i < order.length; i++) {
      const node = order[i] as number;
      visit(this.#yes[node] as number);
      visit(this.#no[node] as number);
      visit(this.#missing[node] as number);
    }
    const moved = (target: number): number => (target < 0 ? target : (place.get(target) as number));
    const sets = order.map((n) => this.#set[n] as number).filter((s) => s >= 0);
    const setStart = new Int32Array(sets.length + 1);
    sets.forEach((s, i) => {
      setStart[i + 1] = (setStart[i] as number) + (this.#sets[s] as Int32Array).length;
    });
    const words = new Int32Array(setStart[sets.length] as number);
    sets.forEach((s, i) => {
      words.set(this.#sets[s] as Int32Array, setStart[i]);
    });
    let used = 0;
    return {
      entry: moved(entry),
      feature: Int32Array.from(order, (n) => this.#feature[n] as number),
      threshold: Float64Array.from(order, (n) => this.#threshold[n] as number),
      yes: Int32Array.from(order, (n) => moved(this.#yes[n] as number)),
      no: Int32Array.from(order, (n) => moved(this.#no[n] as number)),
      missing: Int32Array.from(order, (n) => moved(this.#missing[n] as number)),
      set: Int32Array.from(order, (n) => ((this.#set[n] as number) < 0 ? -1 : used++)),
      setStart,
      words,
      hasSets: sets.length > 0,
    };
  }
}
