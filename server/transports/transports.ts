// The transport of each channel, as configured.

import type { TransportName, TransportSettings } from "../env/transports.ts";
import type { Channel } from "../schemas/channels.ts";
import type { UnsubscribeAddress } from "./mail.ts";
import { outbox } from "./outbox.ts";
import { smtp } from "./smtp.ts";
import type { WayOut } from "./transport.ts";
import { twilio } from "./twilio.ts";
import { webhook } from "./webhook.ts";

/**
 * Makes the transport of each channel; channels that take the same one share its connections.
 * Nothing connects yet.
 */
export function createTransports(
  settings: TransportSettings,
  unsubscribeAddress?: UnsubscribeAddress,
): Readonly<Record<Channel, WayOut>> {
  const { connections, channels } = settings;
  const made = new Map<TransportName, WayOut>();
  const make = (name: TransportName): WayOut => {
    if (name === "smtp" && settings.smtp)
      return smtp(settings.smtp, { connections, unsubscribeAddress });
    if (name === "twilio" && settings.twilio) return twilio(settings.twilio, { connections });
    if (name === "webhook" && settings.webhook) return webhook(settings.webhook, { connections });
    return outbox();
  };
  const transportOf = (channel: Channel): WayOut => {
    const name = channels[channel];
    const transport = made.get(name) ?? make(name);
    made.set(name, transport);
    return transport;
  };
  const each = Object.keys(channels) as Channel[];
  return Object.fromEntries(each.map((channel) => [channel, transportOf(channel)])) as Record<
    Channel,
    WayOut
  >;
}
