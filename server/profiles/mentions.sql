-- Whether a text holds an address as a whole, in any case: joann@x.com does not hold ann@x.co, nor
-- does +447700900123 hold +44770090012.
create or replace function mentions(p_text text, p_address text) returns boolean
language sql immutable
as $$
  select position(lower(p_address) in lower(p_text)) > 0
    and lower(p_text) ~ ('(?<![[:alnum:]._%+''-])'
      || regexp_replace(lower(p_address), '([^[:alnum:]])', '\\\1', 'g')
      || '(?![[:alnum:]-]|[.@][[:alnum:]])')
$$;
