-- Finding people by how something of theirs begins: each way is an index that is read in its own order.

create index profiles_id_search on profiles (lower(id) collate "C");
create index profiles_email_search on profiles (lower(email) collate "C") where email is not null;
create index profiles_email_domain on profiles (lower(substring(email from '[^@]*$')) collate "C", id) where email is not null;

-- A phone number without its country's code, which has three digits where it is none of the shorter ones.
create function national_number(phone_number text) returns text
language sql immutable strict
as $$
  select substring(phone_number from coalesce(
    length(substring(phone_number from '^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])')), 4) + 1)
$$;

create index profiles_national_number on profiles (national_number(phone_number) collate "C") where phone_number is not null;
create index profiles_last_digits on profiles (reverse(phone_number) collate "C") where phone_number is not null;

-- The properties of each profile as a search sees them: their first 100 characters, in lower case.
create table profile_properties (
  profile_id text not null references profiles on delete cascade,
  name text collate "C" not null,
  -- empty where it is no text, number or boolean
  value text collate "C" not null,
  primary key (profile_id, name)
);

create index profile_properties_value on profile_properties (value, profile_id);
create index profile_properties_name on profile_properties (name, value, profile_id);

create function keep_properties() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    delete from profile_properties where profile_id = new.id;
  end if;
  insert into profile_properties (profile_id, name, value)
  select new.id, left(key, 100),
    case when jsonb_typeof(value) in ('string', 'number', 'boolean') then lower(left(btrim(value #>> '{}'), 100)) else '' end
  from jsonb_each(new.properties)
  on conflict do nothing;
  return null;
end
$$;

-- By row, so that a profile without properties costs nothing.
create trigger profiles_begin_properties after insert on profiles
for each row when (new.properties <> '{}') execute function keep_properties();

create trigger profiles_keep_properties after update of properties on profiles
for each row when (old.properties is distinct from new.properties) execute function keep_properties();

-- The profiles that one of p_ways finds, [{"by": "email", "prefix": "jan"}]: all of the first way, then those that the second finds besides,
-- and so on; within a way by what was found. Each way is read only while the page is not full, along its index, from where the page
-- before ended (p_after: {"way", "key", "id"}): so the answer takes as long among a million people as among a thousand.
create function search_profiles(p_ways jsonb, p_after jsonb, p_limit int)
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
    select w.number, w.value ->> 'by' as kind, w.value ->> 'name' as name, lower(w.value ->> 'prefix') as prefix,
      -- Up to the prefix with the last of all characters.
      lower(w.value ->> 'prefix') || chr(1114111) as last, w.number = (p_after ->> 'way')::int as began
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
      after := ' and not exists (select from profile_properties o where o.profile_id = s.profile_id and (o.value, o.name) < (s.value, s.name) and '
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
      after := after || format(' and (%s, %s) > (%L, %L)', found_by, person, p_after ->> 'key', p_after ->> 'id');
    end if;
    if asked.number >= coalesce((p_after ->> 'way')::int, 1) then
      return query execute format('select %s, %s, p.id from %s where ', asked.number, found_by, source) || range || after || known
        || format(' order by %s, %s limit %s', found_by, person, room);
      get diagnostics rows_found = row_count;
      room := room - rows_found;
      exit when room <= 0;
    end if;
    known := known || case when asked.kind = 'property'
      then ' and not exists (select from profile_properties s where s.profile_id = p.id and ' || range || ')'
      else ' and (' || range || ') is not true' end;
  end loop;
end
$$;
