-- Why no confirmation is paid for to a phone number now, or null where it may go out, which is
-- counted: so many an hour go to one prefix and to one country, over all clients and forms
-- (p_budgets has both, 0 is no limit). The visitor is answered as always.
create or replace function why_held_back(p_number text, p_country text, p_budgets jsonb)
  returns text
language plpgsql
as $$
begin
  if take_limit(address_hash('confirmations to a prefix', number_prefix(p_number)),
    (p_budgets ->> 'prefix')::int, 3600) > 0 then
    return 'prefix_budget';
  end if;
  if take_limit(address_hash('confirmations to a country', p_country),
    (p_budgets ->> 'country')::int, 3600) > 0 then
    return 'country_budget';
  end if;
  return null;
end
$$;
