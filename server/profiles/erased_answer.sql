-- What a call with an Idempotency-Key is answered when its first answer was erased with a person.
create or replace function erased_answer() returns text
language sql immutable
as $$
  select '{"type":"about:blank","title":"Gone","status":410,'
    '"detail":"What this call made was erased.","code":"gone"}'
$$;
