-- A message's id is its sender's: two senders may use the same one.
alter table inbounds drop constraint inbounds_provider_channel_message_id_key;
create unique index inbounds_message_id on inbounds (provider, channel, message_id, sender);
