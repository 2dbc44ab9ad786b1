create or replace function keep_ended_flags() returns trigger
language plpgsql
as $$
begin
  insert into ended_flags (channel, flags, opted_in)
  select channel, count(*), count(*) filter (where opted_in) from ended group by channel;
  return null;
end
$$;

create or replace trigger flags_end after delete on flags
referencing old table as ended
for each statement execute function keep_ended_flags();
