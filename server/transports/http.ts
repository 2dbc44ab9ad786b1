// POSTs over a few kept connections. One that has no connection within a second is given up before anything was sent.

import http, { type Agent, type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import type { LookupFunction, Socket } from "node:net";

/** What came back; of a long or broken body only the beginning. */
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** How a POST ended: with an answer, or why not. `sent` is false where the server cannot have seen any of it. */
export type Posted = { answer: Answer } | { answer?: never; sent: boolean; reason: string };

export type Poster = {
  /** How many calls could begin this instant. */
  free(): number;
  /** Begins at once and never rejects. Redirects are not followed. */
  post(headers: Record<string, string>, body: string): Promise<Posted>;
  close(): void;
};

export type PosterSettings = {
  url: string;
  connections: number;
  /** Finds the addresses of the host; it refuses by an error. */
  lookup?: LookupFunction | undefined;
  /** Milliseconds until a call has its connection, and until it has its answer. */
  patience?: Patience | undefined;
};

export type Patience = { start: number; answer: number };

const usualPatience: Patience = { start: 1000, answer: 30_000 };
const longestConnect = 10_000;
const longestAnswer = 64 * 1024;

/** Makes what POSTs to one address, over at most `connections` connections. */
export function poster({ url, connections, lookup, patience = usualPatience }: PosterSettings): Poster {
  const secure = url.startsWith("https:");
  const { Agent, request: begin } = secure ? https : http;
  let [active, waiting, connecting] = [0, 0, 0];
  // An idle connection is closed by us before the server does, so that no call meets a dying one.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: 4000 });
  connectFirst(agent, secure, (change) => {
    connecting += change;
  });

  const post = (headers: Record<string, string>, body: string) =>
    new Promise<Posted>((done) => {
      const length = { "Content-Length": Buffer.byteLength(body) };
      const options = {
        method: "POST",
        agent,
        headers: { ...headers, ...length },
        ...(lookup && { lookup }),
      };
      const request = begin(url, options);
      let connected = false;
      let settled = false;
      let answer: Answer | undefined;
      active += 1;
      waiting += 1;
      const settle = (reason: string) => {
        if (settled) return;
        settled = true;
        clearTimeout(starting);
        clearTimeout(answering);
        active -= 1;
        if (!connected) waiting -= 1;
        done(answer ? { answer } : { sent: connected, reason });
      };
      const giveUp = (reason: string) => {
        settle(reason);
        request.destroy();
      };
      const starting = setTimeout(() => connected || giveUp("no connection in time"), patience.start);
      const answering = setTimeout(() => giveUp("no answer in time"), patience.answer);
      request.on("socket", () => {
        if (settled) return;
        connected = true;
        waiting -= 1;
      });
      request.on("error", (error: NodeJS.ErrnoException) => giveUp(error.code ?? "broken connection"));
      request.on("response", (response) => {
        const read: Answer = { status: response.statusCode ?? 0, headers: response.headers, body: "" };
        answer = read;
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          read.body += text;
          if (read.body.length > longestAnswer) giveUp("");
        });
        response.on("end", () => settle(""));
        response.on("error", () => giveUp(""));
      });
      request.end(body);
    });

  return {
    // A connection that is still being made for a call that gave up takes a place, too.
    free: () => Math.max(0, connections - Math.max(active, active - waiting + connecting)),
    post,
    close: () => agent.destroy(),
  };
}

type Connect = (
  options: object,
  callback?: (error: Error | null, socket?: Socket) => void,
) => Socket | undefined;

/** Hands a connection to its request only when it stands. One that comes too late is kept for the next request. */
function connectFirst(agent: Agent, secure: boolean, count: (change: number) => void): void {
  const connecting = agent as unknown as { createConnection: Connect };
  const connect = connecting.createConnection;
  connecting.createConnection = (options, callback) => {
    const socket = connect.call(agent, options) as Socket;
    const timer = setTimeout(() => socket.destroy(timedOut()), longestConnect);
    const finish = (error: Error | null) => {
      count(-1);
      clearTimeout(timer);
      socket.off("error", finish);
      callback?.(error, socket);
    };
    count(1);
    socket.once("error", finish);
    socket.once(secure ? "secureConnect" : "connect", () => finish(null));
    return undefined;
  };
}

function timedOut(): Error {
  return Object.assign(new Error("No connection."), { code: "ETIMEDOUT" });
}
