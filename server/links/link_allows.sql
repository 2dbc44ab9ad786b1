-- Whether a link is for a channel: its channels are a list, or null for all.
create or replace function link_allows(p_link jsonb, p_channel text) returns boolean
language sql immutable
as $$
  select jsonb_typeof(p_link -> 'channels') = 'null' or p_link -> 'channels' ? p_channel
$$;
