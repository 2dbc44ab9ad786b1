// POSTs over a few kept connections. One that has no connection within a second is given up before
// anything was sent.

import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { type Call, connectFirst } from "./connect-first.ts";
import { deadline } from "./deadline.ts";
import type { Hold } from "./transport.ts";

/** What came back; of a long or broken body only the beginning. */
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/**
 * How a POST ended: with an answer, or why not. `sent` is false where the server cannot have seen
 * any of it.
 */
export type Posted = { answer: Answer } | { answer?: never; sent: boolean; reason: string };

export type Poster = {
  /** How many calls could begin this instant. */
  free(): number;
  /** Begins at once, as `Transport.begin` does, and never rejects. Follows no redirect. */
  post(headers: Record<string, string>, body: string, hold?: Hold): Promise<Posted>;
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
/**
 * An idle connection is closed by us before the server does it, so that no call meets a dying one.
 */
const idle = 4000;
const tooLate = "no connection in time";
const longestAnswer = 64 * 1024;

/** Makes what POSTs to one address, over at most `connections` connections. */
export function poster({
  url,
  connections,
  lookup,
  patience = usualPatience,
}: PosterSettings): Poster {
  const secure = url.startsWith("https:");
  const { Agent, request: begin } = secure ? https : http;
  let [active, waiting] = [0, 0];
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: idle });
  const connecting = connectFirst(agent, { secure, idle });

  const post = (headers: Record<string, string>, body: string, hold?: Hold) =>
    new Promise<Posted>((done) => {
      let connected = false;
      // Check the clock, not only the timer: in a process that was paused, the hold may have ended
      // in the meantime.
      const latest = deadline(patience.start);
      const isLate = () =>
        !connected && (latest.isPast() || hold?.until.isPast() || hold?.lost.aborted === true);
      let over = false;
      const call: Call = { isOver: () => over || isLate() };
      const length = { "Content-Length": Buffer.byteLength(body) };
      const options = {
        method: "POST",
        agent,
        call,
        headers: { ...headers, ...length },
        ...(lookup && { lookup }),
      };
      const request = begin(url, options);
      let answer: Answer | undefined;
      active += 1;
      waiting += 1;
      const settle = (reason: string) => {
        if (over) return;
        over = true;
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
      const starting = setTimeout(() => connected || giveUp(tooLate), patience.start);
      const answering = setTimeout(() => giveUp("no answer in time"), patience.answer);
      request.on("socket", () => {
        // The first byte leaves right after this.
        if (isLate()) giveUp(tooLate);
        if (over) return;
        connected = true;
        waiting -= 1;
      });
      request.on("error", (error: NodeJS.ErrnoException) =>
        giveUp(error.code ?? "broken connection"),
      );
      request.on("response", (response) => {
        const read: Answer = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: "",
        };
        answer = read;
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          read.body += text;
          if (read.body.length > longestAnswer) giveUp("");
        });
        response.on("end", () => settle(""));
        response.on("error", () => giveUp(""));
      });
      if (hold) request.on("finish", hold.begun);
      request.end(body);
    });

  return {
    // A connection still being opened for a call that gave up takes a slot, too.
    free: () => Math.max(0, connections - Math.max(active, active - waiting + connecting.pending)),
    post,
    close() {
      agent.destroy();
      connecting.close();
    },
  };
}
