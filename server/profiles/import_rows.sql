-- The rows of an import, their addresses in their one spelling. newId is for a person who is new
-- and has no id given.
create or replace function import_rows(p_rows jsonb)
returns table (
  index int, id text, "newId" text, "phoneNumber" text, email text, "fbMessengerId" text,
  properties jsonb, "optIn" jsonb, evidence jsonb
)
language sql immutable
as $$
  select index, id, "newId", "phoneNumber", email, "fbMessengerId", properties, "optIn", evidence
  from jsonb_to_recordset(p_rows) as r (
    index int, id text, "newId" text, "phoneNumber" text, email text, "fbMessengerId" text,
    properties jsonb, "optIn" jsonb, evidence jsonb
  )
$$;
