import type { Bytes } from './encoding.js';
import { list, sized, text, unsigned } from './encoding.js';

const TYPES = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof TYPES;

/** A function without a result, which is exported by its name. Locals come behind the parameters. */
export interface WasmFunction {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: readonly Bytes[];
}

/** The binary form of a module of these functions, which imports the memory `env.memory`. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: Bytes): Bytes => [id, ...sized(content)];
  const types = functions.map(({ params }) => [0x60, ...list(params.map((t) => [TYPES[t]])), 0]);
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, 1];
  const exports = functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]);
  const bodies = functions.map(({ locals, body }) =>
    sized([...list(locals.map((t) => [1, TYPES[t]])), ...body.flat(), 0x0b]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...[0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(exports)),
    ...section(10, list(bodies)),
  ]);
}
