// A connection whose other end vanished says nothing, for hours where only TCP watches over it.

import { connect, type Socket } from "node:net";

type Place = { host: string[]; port: number[]; path?: string | false };

/**
 * Makes the sockets of a pool, for `postgres({ socket })`. One on which nothing came or went for
 * `silence` milliseconds is closed within a second: what waits on it is rejected, and the pool
 * connects anew when there is something to ask.
 */
export function socketsThatEnd(silence: number): (place: Place) => Socket {
  return ({ host: [host = ""], port: [port = 5432], path }) => {
    // What is written before it is connected waits, so it can be given away at once. The library
    // takes the name for TLS from `host`.
    const socket = path ? connect(path) : Object.assign(connect({ host, port }), { host });
    endInSilence(socket, silence);
    return socket;
  };
}

/** Looks by a timer of its own: where TLS goes over a socket, its listeners are taken off. */
function endInSilence(socket: Socket, silence: number): void {
  let bytes = -1;
  let since = performance.now();
  const looking = setInterval(() => {
    const moved = socket.bytesRead + socket.bytesWritten;
    if (socket.destroyed) clearInterval(looking);
    else if (moved === bytes) performance.now() - since >= silence && socket.destroy();
    else [bytes, since] = [moved, performance.now()];
  }, 1000).unref();
}
