-- Lets through again what was held back: the counts that it came from begin anew. False where
-- nothing of the kind was held back.
create or replace function lift_held_back(p_reason text, p_form_id text, p_country text,
  p_prefix text) returns boolean
language plpgsql
as $$
begin
  delete from held_back where reason = p_reason and form_id = p_form_id and country = p_country
    and prefix = p_prefix;
  if not found then
    return false;
  end if;
  delete from limits where key = any (case p_reason
    when 'country_budget' then array[address_hash('confirmations to a country', p_country)]
    when 'prefix_budget' then array[address_hash('confirmations to a prefix', p_prefix)]
    when 'unconfirmed' then array[
      address_hash('codes to a prefix', p_prefix),
      address_hash('codes entered of a prefix', p_prefix)
    ]
  end);
  return true;
end
$$;
