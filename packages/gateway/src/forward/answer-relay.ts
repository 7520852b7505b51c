import { HeaderLines, type ResponseHead, type ServerExchange, type UpstreamCall } from '@openeas/http1';
import { returnedLines } from './headers.js';

/**
 * Passes an answer on, each piece as it comes, and holds the sender back while the client does not read.
 * `extra`: header lines to add, each with its CR LF. Nothing is kept longer than it takes to write it.
 */
export function relayHead(
  exchange: ServerExchange,
  head: ResponseHead,
  whole: Buffer | undefined,
  extra: string,
): void {
  const returned = returnedLines(head);
  const lines = new HeaderLines(returned.text + extra, returned.dated, returned.contentLength);
  // The queue of an instance that is full, or too slow, is left by closing (contract 8.5).
  if (head.status === 408 || head.status === 450) exchange.closeAfterResponse();
  if (whole !== undefined && exchange.method !== 'HEAD') {
    exchange.respond(head.status, lines, whole);
    return;
  }
  // HEAD keeps the length of the body that it does not have.
  exchange.startResponse(head.status, lines);
  if (whole !== undefined) exchange.end();
}

export function relayData(exchange: ServerExchange, chunk: Buffer, call: UpstreamCall | undefined): void {
  if (exchange.write(chunk)) return;
  call?.pause();
  exchange.onDrain = () => {
    exchange.onDrain = undefined;
    call?.resume();
  };
}
