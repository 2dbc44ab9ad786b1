-- Whether properties are short enough to be kept: at most 20,000 characters of JSON without white
-- space, counted as JavaScript counts them but with numbers written out. What was longer before may
-- stay, or become shorter.
create or replace function properties_fit(p_before jsonb, p_after jsonb) returns boolean
language sql immutable
as $$
  select length(p_after::text) <= 10000
    or json_length(p_after) <= 20000
    or coalesce(json_length(p_after) <= json_length(p_before), false)
$$;

-- jsonb is written with a space after each comma and colon, which no string holds here as strings
-- are taken out first. A character past U+FFFF is two to JavaScript.
create or replace function json_length(p_json jsonb) returns int
language sql immutable
as $$
  select length(t.text) + length(regexp_replace(t.text, '[^\U00010000-\U0010FFFF]+', '', 'g'))
    - length(regexp_replace(regexp_replace(t.text, '"(?:[^"\\]|\\.)*"', '', 'g'), '[^ ]+', '', 'g'))
  from (select p_json::text) t (text)
$$;
