// A connection whose other end vanished says nothing, for hours where only TCP watches over it.

import { connect, type Socket } from "node:net";

type Place = { host: string[]; port: number[]; path?: string | false };

/**
 * Makes the sockets of a pool, for `postgres({ socket })`. One on which nothing came or went for
 * `silence` milliseconds is closed: what waits on it is rejected, and the pool connects anew when
 * there is something to ask.
 */
export function socketsThatEnd(silence: number): (place: Place) => Socket {
  return ({ host, port, path }) => {
    // What is written before it is connected waits, so it can be given away at once.
    const socket = path
      ? connect(path)
      : connect({ host: host[0] as string, port: port[0] as number });
    return socket.setTimeout(silence, () => socket.destroy());
  };
}
