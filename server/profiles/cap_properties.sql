-- Nothing makes the properties of a profile too long, whichever way they come and whatever they are
-- added to.
create or replace function cap_properties() returns trigger
language plpgsql
as $$
begin
  if not properties_fit(case when tg_op = 'UPDATE' then old.properties end, new.properties) then
    raise exception 'The properties of profile % are too long.', new.id
      using errcode = 'check_violation', constraint = 'properties_fit';
  end if;
  return new;
end
$$;

-- By row and condition, so that a profile without properties costs nothing.
create or replace trigger profiles_begin_short before insert on profiles
for each row when (new.properties <> '{}') execute function cap_properties();

create or replace trigger profiles_stay_short before update of properties on profiles
for each row when (old.properties is distinct from new.properties)
  execute function cap_properties();
