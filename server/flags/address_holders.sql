-- Who has these addresses, {"email": "ann@example.com"} by channel; a null where nobody has one.
create or replace function address_holders(p_addresses jsonb)
returns table (channel text, address_kind text, address text, profile_id text)
language sql stable
as $$
  select c.channel, c.address_kind, named.value, profile_with(c.address_kind, named.value)
  from jsonb_each_text(p_addresses) named
  join channels c on c.channel = named.key
  where named.value is not null
$$;
