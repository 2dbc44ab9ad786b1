-- Sets the defaults of some channels, {"sms": true}, under a new number; answers all of them. No
-- profile changes. Where nothing would change the number stays.
create or replace function set_defaults(p_opt_in jsonb, p_actor jsonb) returns jsonb
language plpgsql
as $$
declare
  known defaults;
begin
  -- Two that change different channels at once both count.
  lock table defaults in share row exclusive mode;
  insert into settings (name, value) values ('defaults_chosen', now()::text) on conflict do nothing;
  select * into known from defaults order by number desc limit 1;
  if not known.opt_in @> p_opt_in then
    insert into defaults (number, opt_in, actor)
    values (known.number + 1, known.opt_in || p_opt_in, p_actor);
  end if;
  return known.opt_in || p_opt_in;
end
$$;
