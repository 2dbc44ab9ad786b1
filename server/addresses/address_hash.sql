-- A keyed hash of a text (HMAC-SHA-256, RFC 2104).
create or replace function keyed_hash(p_text text) returns bytea
language sql stable
as $$
  select sha256(decode(outer_pad.value, 'hex')
    || sha256(decode(inner_pad.value, 'hex') || convert_to(p_text, 'UTF8')))
  from settings inner_pad, settings outer_pad
  where inner_pad.name = 'address_key_inner_pad' and outer_pad.name = 'address_key_outer_pad'
$$;

-- A keyed hash of an address: tells whether it is the same address, and nothing else. The case of
-- an e-mail address makes no other mailbox, nor another spelling another phone.
create or replace function address_hash(kind text, address text) returns bytea
language sql stable
as $$
  select keyed_hash(kind || ':' || case kind when 'email' then lower(address)
    when 'phoneNumber' then match_key(address) else address end)
$$;

-- That of an address, and those that the other spellings of a phone had by themselves before they
-- had one in common: what was kept by these is still found.
create or replace function address_hashes(p_kind text, p_address text) returns bytea[]
language sql stable
as $$
  select case
    when p_kind = 'phoneNumber' and left(p_address, 3) in ('+52', '+54', '+55') then array(
      select keyed_hash('phoneNumber:' || spelling)
      from unnest(spellings(p_kind, p_address)) spelling
    )
    else array[address_hash(p_kind, p_address)]
  end
$$;
