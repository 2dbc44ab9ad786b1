-- What the spellings of one phone have in common. Mexico's mobiles had a 1 after the country's
-- code, which was given up; Argentina's have a 9 there from abroad alone; Brazil's have nine digits
-- now, of which WhatsApp and old lists leave the first away. A number is kept and called as it was
-- given; it is looked up by this. Held equal to server/addresses/match-key.ts by a test.
create or replace function match_key(p_phone_number text) returns text
language sql immutable
as $$
  select case left(p_phone_number, 3)
    when '+52' then regexp_replace(p_phone_number, '^\+521(\d{10})$', '+52\1')
    when '+54' then regexp_replace(p_phone_number, '^\+549(\d{10})$', '+54\1')
    when '+55' then regexp_replace(p_phone_number, '^\+55(\d\d)9([6-9]\d{7})$', '+55\1\2')
    else p_phone_number
  end
$$;

-- All that an address may be written as: the spellings of a phone number's key, the likeliest
-- first; any other has one.
create or replace function spellings(p_kind text, p_address text) returns text[]
language sql immutable
as $$
  select case
    when p_kind <> 'phoneNumber' or left(p_address, 3) not in ('+52', '+54', '+55')
      then array[p_address]
    else array(
      select distinct spelling
      from (select match_key(p_address) as key) k,
        unnest(array[
          key,
          regexp_replace(key, '^\+52(\d{10})$', '+521\1'),
          regexp_replace(key, '^\+54(\d{10})$', '+549\1'),
          case when key ~ '^\+55\d\d[6-9]\d{7}$' then left(key, 5) || '9' || substr(key, 6)
            else key end
        ]) spelling
      where match_key(spelling) = key
    )
  end
$$;
