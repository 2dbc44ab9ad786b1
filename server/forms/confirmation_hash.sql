-- The hash of what was sent to an address. A code is short, so it means something for that address
-- alone.
create or replace function confirmation_hash(p_kind text, p_address_hash bytea, p_channel text,
  p_secret text) returns bytea
language sql stable
as $$
  select case p_kind
    when 'email' then address_hash('link of a confirmation', p_secret)
    else address_hash('code of a confirmation:' || p_channel || ':'
      || encode(p_address_hash, 'hex'), p_secret)
  end
$$;
