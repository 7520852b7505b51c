/**
 * A stream that fails before it is read must not bring the process down: its failure is met by whoever reads it
 * later. Give every stream through here at the moment it comes into being.
 */
export function deferFailure<T>(stream: T): T {
  const { on } = stream as { on?: unknown };
  if (typeof on === 'function') on.call(stream, 'error', () => undefined);
  return stream;
}
