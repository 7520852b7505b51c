/** Cores (fractions allowed) and MB. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
}

/** One machine: what it has, and the sum of what every instance row reserves. */
export interface Machine {
  readonly capacity: Resources;
  readonly reserved: Resources;
}

export interface Shortage {
  readonly resource: 'cpu' | 'memory';
  readonly needs: number;
  readonly free: number;
  readonly total: number;
}

export type Reservation =
  | { readonly fits: true; readonly reserved: Resources }
  | { readonly fits: false; readonly shortages: readonly Shortage[] };

/** Fractions of cores add up with rounding errors; a millionth of a core is none. */
const EPSILON = 1e-6;

/**
 * Takes `request` from the machine, or says what is short. A request of 0 always fits: it reserves
 * nothing, also on a machine that is overbooked because its capacity was lowered.
 */
export function reserve(machine: Machine, request: Resources): Reservation {
  const shortages: Shortage[] = [];
  for (const resource of ['cpu', 'memory'] as const) {
    const needs = request[resource];
    const total = machine.capacity[resource];
    const free = Math.max(0, total - machine.reserved[resource]);
    if (needs > EPSILON && needs > free + EPSILON) shortages.push({ resource, needs, free, total });
  }
  if (shortages.length > 0) return { fits: false, shortages };
  return {
    fits: true,
    reserved: {
      cpu: machine.reserved.cpu + request.cpu,
      memory: machine.reserved.memory + request.memory,
    },
  };
}

/** `short of 2 cores: needs 2, 1 of 4 free; short of …`: what lacks, and the numbers it follows from. */
export function describeShortages(shortages: readonly Shortage[]): string {
  return shortages
    .map(({ resource, needs, free, total }) => {
      const amount = resource === 'cpu' ? cores : megabytes;
      return `short of ${amount(needs - free)}: needs ${figure(needs)}, ${figure(free)} of ${amount(total)} free`;
    })
    .join('; ');
}

function cores(count: number): string {
  const text = figure(count);
  return `${text} ${text === '1' ? 'core' : 'cores'}`;
}

function megabytes(count: number): string {
  return `${figure(count)} MB`;
}

function figure(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
