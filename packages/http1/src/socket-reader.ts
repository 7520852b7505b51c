import { type OnReadOpts, Socket } from 'node:net';

/** As large as libuv reads at once. */
const READ_BYTES = 64 * 1024;

/**
 * Every socket of the process reads into this one buffer: a read is handled before the next one happens, so
 * who wants to keep bytes copies them. That spares an allocation of 64 KiB for each read, which costs more
 * than parsing a request.
 */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** Takes what was read, valid during the call only. */
export type BytesReceiver = (bytes: Buffer) => void;

/** The `onread` option of a client socket that hands its bytes to `receive` while `active`, and else to its stream. */
export function inPlace(socketOf: () => Socket, active: () => boolean, receive: BytesReceiver): OnReadOpts {
  return {
    buffer: shared,
    callback(count) {
      const bytes = shared.subarray(0, count);
      if (!active()) return socketOf().push(Buffer.from(bytes));
      receive(bytes);
      return true;
    },
  };
}

/** What Node keeps inside of a socket; undocumented, the same from Node 11 on. */
interface SocketInside {
  _handle: { useUserBuffer?: unknown } | null;
  _server: unknown;
}

/**
 * A server cannot say how its sockets shall read, so the handle of an accepted socket moves to one that was
 * told. Where the inside of a socket is not what we know, the socket stays as it is and emits 'data'.
 */
export function readAccepted(accepted: Socket, active: () => boolean, receive: BytesReceiver): Socket {
  const inside = accepted as unknown as SocketInside;
  const handle = inside._handle;
  if (typeof handle?.useUserBuffer !== 'function') {
    accepted.on('data', (chunk: Buffer) => {
      if (active()) receive(chunk);
    });
    accepted.resume();
    return accepted;
  }
  const options = { handle, allowHalfOpen: true, onread: inPlace(() => socket, active, receive) };
  inside._handle = null;
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
  (socket as unknown as SocketInside)._server = inside._server;
  inside._server = null;
  return socket;
}

/** A copy to keep. */
export function keep(bytes: Buffer, from = 0, to = bytes.length): Buffer {
  const copy = Buffer.allocUnsafe(to - from);
  bytes.copy(copy, 0, from, to);
  return copy;
}
