drop function if exists why_held_back(text, text, jsonb);

-- Why no confirmation is paid for to a phone number now, or null where it may go out, which is
-- counted. A form sends to the countries that it serves alone. Over all clients and forms, so many
-- an hour go to one prefix and to one country; and none go to a prefix where, after so many in six
-- hours, fewer than one code in ten was entered: there are people where codes are entered.
-- p_budgets has the three numbers, 0 is no limit. The visitor is answered as always.
create or replace function why_held_back(p_form_id text, p_number text, p_country text,
  p_budgets jsonb) returns text
language plpgsql
-- For the same reason as in take_limit.
set enable_seqscan = off
as $$
declare
  prefix text := number_prefix(p_number);
  unconfirmed int := coalesce((p_budgets ->> 'unconfirmed')::int, 0);
  asked int;
begin
  if not serves_country(p_form_id, p_country) then
    return 'country_not_served';
  end if;
  if unconfirmed > 0 then
    asked := uses_of(address_hash('codes to a prefix', prefix));
    if asked >= unconfirmed
      and uses_of(address_hash('codes entered of a prefix', prefix)) * 10 < asked then
      return 'unconfirmed';
    end if;
  end if;
  if take_limit(address_hash('confirmations to a prefix', prefix),
    (p_budgets ->> 'prefix')::int, 3600) > 0 then
    return 'prefix_budget';
  end if;
  if take_limit(address_hash('confirmations to a country', p_country),
    (p_budgets ->> 'country')::int, 3600) > 0 then
    return 'country_budget';
  end if;
  perform count_use(address_hash('codes to a prefix', prefix), 21600);
  return null;
end
$$;
