-- Locks these people and whoever has these addresses, {"email": "ann@example.com"} by channel,
-- until the end of the transaction, in the order of their ids, as everyone does: their flags and
-- addresses stay as they are. Whoever takes an address away locks the profile, too. Where one was
-- just taken away, all locks are given back before others are taken, which keeps the order.
create or replace function lock_people(p_ids text[], p_addresses jsonb) returns void
language plpgsql
as $$
declare
  people text[];
begin
  loop
    people := people_to_lock(p_ids, p_addresses);
    begin
      perform from profiles where id = any (people) order by id for no key update;
      if people_to_lock(p_ids, p_addresses) = people then
        return;
      end if;
      raise exception using errcode = 'no_data_found';
    exception when no_data_found then
      null;
    end;
  end loop;
end
$$;

-- And whoever has the phone of one of them in another spelling (see opt_out_twins).
create or replace function people_to_lock(p_ids text[], p_addresses jsonb) returns text[]
language sql stable
as $$
  with people as (
    select unnest(p_ids) as id
    union
    select h.profile_id from address_holders(p_addresses) h where h.profile_id is not null
  )
  select array(
    select id from people
    union
    select twin.id
    from people
    join profiles p on p.id = people.id and left(p.phone_number, 3) in ('+52', '+54', '+55')
    join profiles twin on twin.phone_number = any (spellings('phoneNumber', p.phone_number))
    order by 1
  )
$$;
