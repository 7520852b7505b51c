const MAX_PATH_BYTES = 2048;
const MAX_SEGMENT_BYTES = 255;
const MAX_DEPTH = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

export type EntryPath =
  | {
      readonly ok: true /** Without `.` and empty parts; never empty. */;
      readonly segments: readonly string[];
    }
  /** The folder itself, e.g. `./`. */
  | { readonly ok: true; readonly segments: readonly [] }
  | { readonly ok: false; readonly reason: string };

/**
 * The path of an archive entry as names below the target folder. Whatever could lead elsewhere, on this or on
 * another operating system, is refused: nothing is rewritten to something the archive did not say.
 */
export function entryPath(name: string): EntryPath {
  const refuse = (reason: string): EntryPath => ({ ok: false, reason });
  if (name === '') return refuse('the name is empty');
  if (CONTROL.test(name)) return refuse('the name holds control characters');
  if (name.includes('\\')) return refuse('the name holds a backslash');
  if (name.startsWith('/')) return refuse('the path is absolute');
  if (/^[A-Za-z]:/.test(name)) return refuse('the path names a drive');
  if (Buffer.byteLength(name) > MAX_PATH_BYTES)
    return refuse(`the path is longer than ${MAX_PATH_BYTES} bytes`);
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return refuse('the path leaves the folder');
  if (segments.length > MAX_DEPTH) return refuse(`the path is deeper than ${MAX_DEPTH} folders`);
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) {
    return refuse(`a name is longer than ${MAX_SEGMENT_BYTES} bytes`);
  }
  return { ok: true, segments };
}
