-- The block of numbers that a phone number (E.164) stands in: its first seven digits, and never so
-- many that fewer than 10,000 numbers share them.
create or replace function number_prefix(p_number text) returns text
language sql immutable
as $$
  select left(p_number, least(8, length(p_number) - 4))
$$;
