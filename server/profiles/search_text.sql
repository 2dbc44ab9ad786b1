-- What a search looks at. An index is made of these functions, so whoever changes what one answers
-- gives the index in server/database/indexes.ts a new name. They have parsed bodies, as PostgreSQL
-- makes indexes with an empty search_path, and stand in the order in which one needs another.

-- What is not ASCII, without case and accents, in letters and digits of ASCII: 'Ж' as 'Z20Y66'.
-- pg_trgm knows no other letters where the database's locale is C. The capitals keep such text
-- apart from what is ASCII, as that is in lower case.
create or replace function folded_unicode(p_text text) returns text
language sql immutable strict parallel safe
return replace(replace(encode(convert_to(
  lower(regexp_replace(normalize(
    replace(replace(replace(replace(translate(lower(p_text), 'øłđðıŧħ', 'olddith'),
      'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    nfkd), '[\u0300-\u036f]+', '', 'g')),
  'UTF8'), 'escape'), '\3', 'Z'), '\2', 'Y');

-- A text without case and accents: 'Köln' as 'koln'.
create or replace function folded(p_text text) returns text
language sql immutable strict parallel safe
return case when octet_length(p_text) = length(p_text) then lower(p_text collate "C")
  else folded_unicode(p_text) end;

-- All that a profile is found by: the values of its properties, as in JSON, and its addresses. An
-- id of the length of those that we make says nothing and would fill the index: it is found by its
-- beginning, in its own index.
create or replace function search_text(p_properties jsonb, p_id text, p_phone_number text,
  p_email text, p_fb_messenger_id text, p_whats_app_id text) returns text
language sql immutable parallel safe
return folded(' ' || substr(jsonb_path_query_array(p_properties, '$.*')::text, 2)
  || case when length(p_id) in (16, 32) then '' else ' ' || p_id end
  || coalesce(' ' || p_phone_number, '') || coalesce(' ' || p_email, '')
  || coalesce(' ' || p_fb_messenger_id, '') || coalesce(' ' || p_whats_app_id, ''));

-- What the index of a profile is of: each three letters in a row of its text, and the names of its
-- properties behind an equals sign.
create or replace function search_tokens(p_properties jsonb, p_id text, p_phone_number text,
  p_email text, p_fb_messenger_id text, p_whats_app_id text) returns text[]
language sql immutable parallel safe
return show_trgm(search_text(p_properties => p_properties, p_id => p_id,
    p_phone_number => p_phone_number, p_email => p_email, p_fb_messenger_id => p_fb_messenger_id,
    p_whats_app_id => p_whats_app_id))
  || string_to_array('=' || replace(folded(
    btrim(jsonb_path_query_array(p_properties, '$.keyvalue().key')::text, '[]"')),
    '", "', '", "='), '", "');

-- The pattern for LIKE of a word of a search, and what stands before it.
create or replace function search_pattern(p_before text, p_word text) returns text
language sql immutable strict parallel safe
return '%' || p_before
  || replace(replace(replace(folded(p_word), '\', '\\'), '%', '\%'), '_', '\_') || '%';

-- The tokens of whatever holds a word: where it begins there, or else anywhere. They are those that
-- stay whichever letter stands around the word.
create or replace function word_tokens(p_begins boolean, p_word text) returns text[]
language sql immutable strict parallel safe
return array(
  select unnest(show_trgm(folded(p_word)))
  intersect
  select unnest(show_trgm(case when p_begins then '' else 'x' end || folded(p_word) || 'x'))
  intersect
  select unnest(show_trgm(case when p_begins then '' else '0' end || folded(p_word) || '0')));

-- The token of a name of a property.
create or replace function name_token(p_name text) returns text
language sql immutable strict parallel safe
return '=' || folded(btrim(to_jsonb(p_name)::text, '"'));
