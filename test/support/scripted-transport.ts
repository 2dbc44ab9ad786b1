// A transport in the test's process, which answers as told and keeps what it was given.

import type { Hold, Outcome, Outgoing, Transport } from "../../server/transports/transport.ts";

export type Script = (message: Outgoing, nth: number) => Outcome | Promise<Outcome>;

export type ScriptedTransport = Transport & {
  /** Every call that began, in order. */
  calls: Outgoing[];
  /** How many calls are under way, and the most there were. */
  underway: number;
  most: number;
};

type Options = { answer?: Script; connections?: number; repeatable?: boolean; name?: string };

/**
 * Reports every message as sent, unless `answer` says otherwise; `nth` counts the calls for that
 * message from 1.
 */
export function scripted({
  answer = () => ({ status: "sent" }),
  connections = 8,
  repeatable = true,
  name = "scripted",
}: Options = {}): ScriptedTransport {
  const transport: ScriptedTransport = {
    name,
    repeatable,
    calls: [],
    underway: 0,
    most: 0,
    free: () => connections - transport.underway,
    async begin(message: Outgoing, hold?: Hold) {
      transport.calls.push(message);
      transport.underway += 1;
      transport.most = Math.max(transport.most, transport.underway);
      hold?.begun();
      const nth = transport.calls.filter(({ id }) => id === message.id).length;
      // Even an immediate answer comes in a later turn, as over a network.
      await new Promise(setImmediate);
      const outcome = await answer(message, nth);
      transport.underway -= 1;
      return outcome;
    },
    close: async () => {},
  };
  return transport;
}

/** An answer that comes when `give` is called, and waits until then. */
export function held(): { answer: Promise<Outcome>; give(outcome?: Outcome): void } {
  let give: (outcome: Outcome) => void = () => {};
  const answer = new Promise<Outcome>((resolve) => (give = resolve));
  return { answer, give: (outcome = { status: "sent" }) => give(outcome) };
}
