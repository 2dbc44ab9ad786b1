-- A keyed hash of an address: tells whether it is the same address, and nothing else. The case of
-- an e-mail address makes no other mailbox.
create or replace function address_hash(kind text, address text) returns bytea
language sql stable
as $$
  select sha256(decode(outer_pad.value, 'hex')
    || sha256(decode(inner_pad.value, 'hex')
      || convert_to(kind || ':' || case kind when 'email' then lower(address) else address end,
        'UTF8')))
  from settings inner_pad, settings outer_pad
  where inner_pad.name = 'address_key_inner_pad' and outer_pad.name = 'address_key_outer_pad'
$$;
