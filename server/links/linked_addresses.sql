-- The addresses that a link was made for, {"email": "ann@example.com"} by channel, of its channels.
-- None where it is of version 0.1.
create or replace function linked_addresses(p_link jsonb) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_object_agg(had.channel, had.address), '{}')
  from (
    select c.channel, coalesce(p_link -> 'addresses' ->> c.address_kind,
      case when c.address_kind = 'profileId' then p_link ->> 'profileId' end) as address
    from channels c
    where jsonb_typeof(p_link -> 'addresses') = 'object' and link_allows(p_link, c.channel)
  ) had
  where had.address is not null
$$;
