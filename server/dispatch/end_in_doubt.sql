-- A message that may have been received never ends as one that did not go, whoever ends it: its
-- status is unknown, and the reason says why nobody can tell, and what ended it. An attempt that is
-- under way says more when it ends (see end() in claims.ts).
create or replace function end_in_doubt() returns trigger
language plpgsql
as $$
begin
  new.status := 'unknown';
  -- A reason that nobody has set now is of an earlier attempt.
  new.reason := coalesce(
    nullif(concat_ws('; then ', new.doubt, nullif(new.reason, old.reason)), ''), 'under way');
  return new;
end
$$;

create or replace trigger messages_end_in_doubt before update on messages
for each row when (
  old.status = 'processing' and new.status in ('failed', 'filtered', 'expired', 'cancelled')
  and (new.doubt is not null or new.attempt_began_at is not null)
)
execute function end_in_doubt();
