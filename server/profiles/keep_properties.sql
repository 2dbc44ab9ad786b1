create or replace function keep_properties() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    delete from profile_properties where profile_id = new.id;
  end if;
  insert into profile_properties (profile_id, name, value)
  select new.id, left(key, 100),
    case when jsonb_typeof(value) in ('string', 'number', 'boolean')
      then lower(left(btrim(value #>> '{}'), 100)) else '' end
  from jsonb_each(new.properties)
  on conflict do nothing;
  return null;
end
$$;

-- By row, so that a profile without properties costs nothing.
create or replace trigger profiles_begin_properties after insert on profiles
for each row when (new.properties <> '{}') execute function keep_properties();

create or replace trigger profiles_keep_properties after update of properties on profiles
for each row when (old.properties is distinct from new.properties)
  execute function keep_properties();
