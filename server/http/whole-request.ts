// What goes to a thread that answers a large body, and what comes back.

import type { IncomingHttpHeaders } from "node:http";

/** A request with all of its body, as it goes to a thread. */
export type WholeRequest = {
  method: string;
  /** Path and query, as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  /** The address of whoever is connected. */
  peer: string;
  requestId: string;
  body: Uint8Array<ArrayBuffer>;
};

/** What the thread answers, as it goes out. */
export type WholeAnswer = {
  status: number;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
};

export type Threads = {
  /**
   * Has a thread answer a request, whose body is read when there is room. Throws `unavailable`,
   * `too_large`.
   */
  answer(read: () => Promise<WholeRequest>): Promise<WholeAnswer>;
};
