import { type Command, InvalidArgumentError, Option } from 'commander';

/** Longest wait for a state unless `--timeout` says otherwise, seconds. */
const DEFAULT_TIMEOUT = 600;

export interface WaitOptions {
  /** Seconds. */
  readonly timeout: number;
  /** False with `--no-wait`. */
  readonly wait: boolean;
}

export function withWaiting(command: Command): Command {
  return command
    .option('--timeout <seconds>', 'how long to wait for the result', seconds, DEFAULT_TIMEOUT)
    .option('--no-wait', 'return as soon as the server has accepted the change');
}

export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('Expected a number of seconds of at least 0.');
  }
  return value;
}

export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** Commander leaves an option out of the help when it is hidden; scripts written for the cloud still pass it. */
export function acceptedWithoutEffect(flags: string): Option {
  return new Option(flags).hideHelp();
}
