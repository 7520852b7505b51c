import { OpenEasError } from '../errors.js';

/** One thing that is wrong with a service description. */
export interface ServiceProblem {
  /** As written by the user; '' = the document itself. */
  readonly path: string;
  /** A sentence without the path: value received, what was expected. */
  readonly message: string;
}

const SHOWN_VALUE = 80;
const SHOWN_PROBLEMS = 100;

/** Collects problems, so that a user sees all of them at once. */
export class Problems {
  readonly #list: ServiceProblem[] = [];
  readonly #spoiled = new Set<string>();

  add(path: string, message: string): void {
    this.#list.push({ path, message });
  }

  /** Remembers that a key was given, though not well: to call it missing as well would mislead. */
  spoil(primaryPath: string): void {
    this.#spoiled.add(primaryPath);
  }

  isSpoiled(primaryPath: string): boolean {
    return this.#spoiled.has(primaryPath);
  }

  throwIfAny(): void {
    if (this.#list.length > 0) throw invalid(this.#list);
  }
}

/** The problems behind an InvalidServiceDescription; empty for any other error. */
export function problemsOf(error: unknown): readonly ServiceProblem[] {
  return error instanceof OpenEasError && error.cause instanceof ProblemList ? error.cause.problems : [];
}

/** A received value as a message shows it: JSON, cut when long. */
export function shown(value: unknown): string {
  let json: string;
  try {
    json = JSON.stringify(value) ?? String(value);
  } catch {
    json = String(value); // A cycle or a bigint: not JSON, refused anyway.
  }
  return json.length <= SHOWN_VALUE ? json : `${json.slice(0, SHOWN_VALUE)}…`;
}

class ProblemList {
  constructor(readonly problems: readonly ServiceProblem[]) {}
}

function invalid(problems: readonly ServiceProblem[]): OpenEasError {
  const lines = problems.slice(0, SHOWN_PROBLEMS).map(({ path, message }, index) => {
    const number = problems.length > 1 ? `(${index + 1}) ` : '';
    return path === '' ? `${number}${message}` : `${number}${path}: ${message}`;
  });
  if (problems.length > SHOWN_PROBLEMS) lines.push(`and ${problems.length - SHOWN_PROBLEMS} more`);
  return new OpenEasError(
    'InvalidServiceDescription',
    { problems: lines.join('; ') },
    { cause: new ProblemList(problems) },
  );
}
