create or replace trigger events_are_append_only before delete or truncate on events
for each statement execute function refuse_change();

-- Erasure takes the words in which somebody said why, and nothing else.
create or replace trigger events_never_change before update on events
for each row when (
  new.reason is not null or old.reason is null
  or (new.profile_id, new.id, new.channel, new.from_opted_in, new.to_opted_in, new.source, new.at,
    new.actor, new.occurred_at, new.refusal, new.began_with)
    is distinct from (old.profile_id, old.id, old.channel, old.from_opted_in, old.to_opted_in,
      old.source, old.at, old.actor, old.occurred_at, old.refusal, old.began_with)
)
execute function refuse_change();
