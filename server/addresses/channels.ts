// Every channel.

import { type Channel, channel } from "../schemas/channels.ts";

/** Every channel, in the order in which lists show them. */
export const channels: readonly Channel[] = channel.options;
