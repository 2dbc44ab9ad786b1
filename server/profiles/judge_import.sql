-- Whom each row is about: the one profile that has its id or one of its addresses (null: somebody
-- new), which kinds of addresses it gains, and whether anything of it changes. refusal is
-- 'two_profiles' where the row names several, 'other_address' where the profile has another address
-- of a kind: an import takes no address away.
create or replace function judge_import(p_rows jsonb)
returns table (index int, person text, holders jsonb, gains jsonb, changed boolean, refusal text)
language sql stable
as $$
  with named as materialized (
    select * from import_rows(p_rows)
  ), held as (
    select n.index, p.id from named n join profiles p on p.id = n.id
    union
    select n.index, p.id from named n join profiles p on p.phone_number = n."phoneNumber"
    union
    select n.index, profile_with('phoneNumber', n."phoneNumber") from named n
    where left(n."phoneNumber", 3) in ('+52', '+54', '+55')
      and profile_with('phoneNumber', n."phoneNumber") is not null
    union
    select n.index, p.id from named n join profiles p on lower(p.email) = lower(n.email)
    union
    select n.index, p.id from named n join profiles p on p.fb_messenger_id = n."fbMessengerId"
  ), holding as (
    select h.index, min(h.id) as person, jsonb_agg(h.id order by h.id) as holders
      from held h group by h.index
  )
  select n.index, p.id, coalesce(h.holders, '[]'), gains.kinds,
    p.id is not null and (gains.kinds <> '[]' or p.properties || n.properties <> p.properties),
    case
      when jsonb_array_length(h.holders) > 1 or n.id <> p.id then 'two_profiles'
      when match_key(n."phoneNumber") <> match_key(p.phone_number)
        or lower(n.email) <> lower(p.email) or n."fbMessengerId" <> p.fb_messenger_id
        then 'other_address'
      when not properties_fit(p.properties, coalesce(p.properties, '{}') || n.properties)
        then 'too_much'
    end
  from named n
  left join holding h on h.index = n.index
  left join profiles p on p.id = h.person
  cross join lateral (
    select to_jsonb(array_remove(array[
      case when p.phone_number is null and n."phoneNumber" is not null then 'phoneNumber' end,
      case when p.email is null and n.email is not null then 'email' end,
      case when p.fb_messenger_id is null
        and n."fbMessengerId" is not null then 'fbMessengerId' end,
      case when p.id is null and n.id is not null then 'profileId' end
    ], null)) as kinds
  ) gains
  order by n.index
$$;
