create or replace function quarter(moment timestamptz) returns timestamptz
language sql immutable
as $$
  select date_bin('15 minutes', moment, 'epoch')
$$;
