// Makes an agent give a request its connection only once it is established, and keep one
// established too late for the next request.

import type { Agent } from "node:http";
import type { Socket } from "node:net";

/**
 * A call that wants a connection, as its request's option `call`; it is over once it wants none any
 * more.
 */
export type Call = { isOver(): boolean };

type Done = (error: Error | null, socket?: Socket) => void;
type Connect = (options: { call: Call }, done: Done) => Socket | undefined;

const longestConnect = 10_000;
const endings = ["timeout", "error", "end", "close"];

/**
 * Changes how `agent` connects; `pending` counts the connections that are being made. An idle one
 * ends after `idle` ms.
 */
export function connectFirst(
  agent: Agent,
  { secure, idle }: { secure: boolean; idle: number },
): { pending: number; close(): void } {
  /** Each with what ends it. */
  const spares = new Map<Socket, () => void>();
  const state = {
    pending: 0,
    close() {
      for (const leave of [...spares.values()]) leave();
    },
  };
  const patched = agent as unknown as { createConnection: Connect };
  const connect = patched.createConnection as (options: object) => Socket;

  patched.createConnection = (options, done) => {
    const [spare] = spares.keys();
    if (spare) return take(spare);
    const socket = connect.call(agent, options);
    const timer = setTimeout(() => socket.destroy(timedOut()), longestConnect);
    const finish = (error: Error | null) => {
      state.pending -= 1;
      clearTimeout(timer);
      socket.off("error", finish);
      if (error || !options.call.isOver()) done(error, socket);
      else keep(socket);
    };
    state.pending += 1;
    socket.once("error", finish);
    socket.once(secure ? "secureConnect" : "connect", () => finish(null));
    return undefined;
  };

  const keep = (socket: Socket) => {
    const leave = () => {
      spares.delete(socket);
      socket.destroy();
    };
    spares.set(socket, leave);
    for (const event of endings) socket.once(event, leave);
    socket.setTimeout(idle);
    // Its end is only noticed while it is read.
    socket.resume();
  };
  const take = (socket: Socket) => {
    for (const event of endings) socket.off(event, spares.get(socket) as () => void);
    spares.delete(socket);
    socket.setTimeout(0);
    return socket;
  };
  return state;
}

function timedOut(): Error {
  return Object.assign(new Error("No connection."), { code: "ETIMEDOUT" });
}
