// Registers the lists of messages, for the pages that show them.

import { InboundList } from "./inbound-list.ts";
import { OutboxList } from "./outbox-list.ts";

customElements.define("inbound-list", InboundList);
customElements.define("outbox-list", OutboxList);
