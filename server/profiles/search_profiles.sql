-- The profiles that one of p_ways finds, [{"by": "email", "prefix": "jan"}]: all of the first way,
-- then those that the second finds besides, and so on; within a way by what was found. Each way is
-- read only while the page is not full, along its index, from where the page before ended (p_after:
-- {"way", "key", "id"}): so the answer takes as long among a million people as among a thousand.
create or replace function search_profiles(p_ways jsonb, p_after jsonb, p_limit int)
returns table (way int, key text, id text)
language plpgsql stable rows 50
-- However many it finds: in order along the index, never all of them to be sorted.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  asked record;
  found_by text;
  range text;
  source text;
  person text;
  after text;
  known text := '';
  begins constant text := '%1$s >= %2$L and %1$s < %3$L';
  rows_found int;
  room int := p_limit;
begin
  for asked in
    select w.number, w.value ->> 'by' as kind, w.value ->> 'name' as name,
      lower(w.value ->> 'prefix') as prefix,
      -- Up to the prefix with the last of all characters.
      lower(w.value ->> 'prefix') || chr(1114111) as last,
        w.number = (p_after ->> 'way')::int as began
    from jsonb_array_elements(p_ways) with ordinality w (value, number)
    order by w.number
  loop
    if asked.kind = 'property' then
      source := 'profile_properties s join profiles p on p.id = s.profile_id';
      person := 's.profile_id';
      found_by := 's.value';
      range := format(begins, found_by, asked.prefix, asked.last)
        || case when asked.name is null then '' else format(' and s.name = %L', asked.name) end;
      -- A person with the same in two properties is found once.
      after := ' and not exists (select from profile_properties o where o.profile_id = s.profile_id'
        ' and (o.value, o.name) < (s.value, s.name) and '
        || format(begins, 'o.value', asked.prefix, asked.last)
        || case when asked.name is null then ')' else format(' and o.name = %L)', asked.name) end;
    else
      source := 'profiles p';
      person := 'p.id';
      found_by := case asked.kind
        when 'id' then 'lower(p.id) collate "C"'
        when 'email' then 'lower(p.email) collate "C"'
        when 'domain' then 'lower(substring(p.email from ''[^@]*$'')) collate "C"'
        when 'phoneNumber' then 'p.phone_number'
        when 'nationalNumber' then 'national_number(p.phone_number) collate "C"'
        when 'lastDigits' then 'reverse(p.phone_number) collate "C"'
      end;
      range := format(begins, found_by, asked.prefix, asked.last) || case
        when asked.kind in ('email', 'domain') then ' and p.email is not null'
        when asked.kind in ('nationalNumber', 'lastDigits') then ' and p.phone_number is not null'
        else ''
      end;
      after := '';
    end if;
    if asked.began then
      after := after || format(' and (%s, %s) > (%L, %L)', found_by, person, p_after ->> 'key',
        p_after ->> 'id');
    end if;
    if asked.number >= coalesce((p_after ->> 'way')::int, 1) then
      return query execute format('select %s, %s, p.id from %s where ', asked.number, found_by,
        source) || range || after || known
        || format(' order by %s, %s limit %s', found_by, person, room);
      get diagnostics rows_found = row_count;
      room := room - rows_found;
      exit when room <= 0;
    end if;
    known := known || case when asked.kind = 'property'
      then ' and not exists (select from profile_properties s where s.profile_id = p.id and '
        || range || ')'
      else ' and (' || range || ') is not true' end;
  end loop;
end
$$;
