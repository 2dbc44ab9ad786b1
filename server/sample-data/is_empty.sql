-- True while nobody has done anything here yet, so that sample data gets in nobody's way. A new
-- system has the words of presets.
create or replace function is_empty() returns boolean
language sql stable
as $$
  select not exists (select from events) and not exists (select from forms)
    and not exists (select from rules where preset is null)
    and not exists (select from broadcasts)
$$;
