import { createRequire } from 'node:module';

/** What llhttp, the parser of Node, makes of the same bytes. */
export interface OracleOutcome {
  /** Requests whose bodies came completely, in order. */
  readonly messages: readonly { readonly method: string; readonly target: string; readonly body: string }[];
  /** `more` = everything was read and more may come. */
  readonly end: 'more' | 'upgrade' | 'error';
  readonly reason: string;
}

interface Llhttp {
  readonly memory: { readonly buffer: ArrayBuffer };
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_execute(parser: number, bytes: number, length: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_get_method(parser: number): number;
  malloc(size: number): number;
}

interface Wasm {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const REQUEST = 1;
const PAUSED_UPGRADE = 22;
const BUFFER_BYTES = 1 << 20;

/** Loads llhttp as undici ships it. One oracle serves any number of inputs, one after the other. */
export function llhttpOracle(): (pieces: readonly Buffer[]) => OracleOutcome {
  const require = createRequire(import.meta.url);
  const bytes = require('undici/lib/llhttp/llhttp-wasm.js') as Uint8Array;
  const { METHODS } = require('undici/lib/llhttp/constants.js') as { METHODS: Record<string, number> };
  const methodNames = new Map(Object.entries(METHODS).map(([name, number]) => [number, name]));
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

  let messages: { method: string; target: string; body: string }[] = [];
  let target = '';
  let body = '';
  const text = (at: number, length: number): string =>
    Buffer.from(llhttp.memory.buffer, at, length).toString('latin1');
  const instance = new Instance(new Module(bytes), {
    env: {
      wasm_on_url(_: number, at: number, length: number) {
        target += text(at, length);
        return 0;
      },
      wasm_on_message_begin() {
        target = '';
        body = '';
        return 0;
      },
      wasm_on_body(_: number, at: number, length: number) {
        body += text(at, length);
        return 0;
      },
      wasm_on_message_complete(parser: number) {
        messages.push({ method: methodNames.get(llhttp.llhttp_get_method(parser)) ?? '', target, body });
        return 0;
      },
      wasm_on_status: () => 0,
      wasm_on_header_field: () => 0,
      wasm_on_header_value: () => 0,
      wasm_on_headers_complete: () => 0,
    },
  });
  const llhttp = instance.exports as Llhttp;
  const buffer = llhttp.malloc(BUFFER_BYTES);

  return (pieces) => {
    messages = [];
    const parser = llhttp.llhttp_alloc(REQUEST);
    let code = 0;
    for (const piece of pieces) {
      new Uint8Array(llhttp.memory.buffer, buffer, piece.length).set(piece);
      code = llhttp.llhttp_execute(parser, buffer, piece.length);
      if (code !== 0) break;
    }
    const at = code === 0 ? 0 : llhttp.llhttp_get_error_reason(parser);
    const reason = at === 0 ? '' : text(at, new Uint8Array(llhttp.memory.buffer, at).indexOf(0));
    llhttp.llhttp_free(parser);
    return { messages, end: code === 0 ? 'more' : code === PAUSED_UPGRADE ? 'upgrade' : 'error', reason };
  };
}
