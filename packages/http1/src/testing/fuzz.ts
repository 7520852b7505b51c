import { drive, type Outcome } from './drive.js';
import { fuzzInput, fuzzPieces, seeded } from './fuzz-input.js';
import { llhttpOracle, type OracleOutcome } from './llhttp-oracle.js';

/**
 * Where llhttp is stricter than RFC 9112 asks, or strict about something that moves no boundary. Everything
 * else that it refuses, we must refuse.
 */
const HARMLESS = [
  'Invalid method encountered', // knows a fixed list; unknown methods are ours to answer
  'Expected space after method', // the same: POSTT
];

export interface FuzzReport {
  readonly inputs: number;
  /** Requests that both read alike. */
  readonly messages: number;
  readonly refused: number;
  readonly failures: readonly string[];
}

/**
 * Feeds `inputs` generated streams to a connection and to llhttp: the connection sees the same requests with
 * the same bodies, or it refuses and serves nothing behind. Stops at `maxFailures`.
 */
export async function fuzz(seed: number, inputs: number, maxFailures = 5): Promise<FuzzReport> {
  const oracle = llhttpOracle();
  const random = seeded(seed);
  const failures: string[] = [];
  let messages = 0;
  let refused = 0;
  let done = 0;
  for (; done < inputs && failures.length < maxFailures; done++) {
    const bytes = fuzzInput(random);
    if (bytes.length === 0) continue;
    const pieces = fuzzPieces(bytes, random);
    const ours = await drive(pieces);
    const theirs = oracle(pieces);
    const problem = disagreement(ours, theirs);
    if (problem !== undefined) {
      failures.push(`input ${done}: ${problem}\n${JSON.stringify(bytes.toString('latin1'))}`);
    }
    messages += ours.messages.length;
    if (ours.refused !== undefined) refused++;
  }
  return { inputs: done, messages, refused, failures };
}

/** Undefined when both agree, or we are the stricter one. */
export function disagreement(ours: Outcome, theirs: OracleOutcome): string | undefined {
  for (const [i, message] of ours.messages.entries()) {
    const other = theirs.messages[i];
    if (other === undefined) {
      if (theirs.end === 'upgrade' || HARMLESS.some((reason) => theirs.reason.startsWith(reason)))
        return undefined;
      return `request ${i} was served; llhttp: ${theirs.end} ${theirs.reason}`;
    }
    if (message.method !== other.method) return `request ${i}: ${message.method}, llhttp: ${other.method}`;
    if (message.body !== other.body) return `request ${i}: body ${message.body}, llhttp: ${other.body}`;
    if (other.target.startsWith('/') && message.target !== other.target) {
      return `request ${i}: target ${message.target}, llhttp: ${other.target}`;
    }
  }
  if (ours.refused === undefined && !ours.closed && ours.messages.length < theirs.messages.length) {
    return `${ours.messages.length} requests were served, llhttp: ${theirs.messages.length}`;
  }
  return undefined;
}
