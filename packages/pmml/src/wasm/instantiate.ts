import type { WasmFunction } from './assemble.js';
import { assemble } from './assemble.js';

/** The part of the WebAssembly API that is used; neither Node's types nor ES2023 declare it. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
}

const PAGE = 65_536;

export interface WasmInstance {
  readonly memory: ArrayBuffer;
  readonly exports: Readonly<Record<string, (...args: number[]) => void>>;
}

/**
 * An instance with a memory of so many bytes, zeros at first. Undefined where the machine has no room for one: engines
 * reserve some 10 GB of addresses for each memory, whatever its size, and a process may have been given fewer
 * (`ulimit -v`).
 */
export type Instantiate = (bytes: number) => WasmInstance | undefined;

/**
 * Compiles functions once. Undefined where this machine or this JavaScript engine lacks WebAssembly or its vector
 * instructions.
 */
export function compileWasm(functions: readonly WasmFunction[]): Instantiate | undefined {
  const { WebAssembly: api } = globalThis as unknown as { WebAssembly?: WebAssemblyApi };
  if (api === undefined) return undefined;
  const bytes = assemble(functions);
  if (!api.validate(bytes)) return undefined;
  const module = new api.Module(bytes);
  return (size) => {
    const pages = Math.max(1, Math.ceil(size / PAGE));
    try {
      const memory = new api.Memory({ initial: pages, maximum: pages });
      const { exports } = new api.Instance(module, { env: { memory } });
      return { memory: memory.buffer, exports };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
}
