-- Profiles that have one phone in two spellings, as an older version made them, and what the
-- spellings have in common.
create or replace function twins() returns table (id text, key text)
language sql stable
as $$
  with written as (
    select p.id, match_key(p.phone_number) as key, count(*) over (
      partition by match_key(p.phone_number)
    ) as holders
    from profiles p
    where left(p.phone_number, 3) in ('+52', '+54', '+55')
  )
  select w.id, w.key from written w where w.holders > 1
$$;

-- Where one of such profiles had opted out, opts out the others that are in. From then on set_flag
-- sees to it.
create or replace function hold_twins_out() returns void
language plpgsql
as $$
begin
  perform set_flag(
    p_profile_id => held.id, p_channel => held.channel, p_opted_in => false,
    p_source => held.source, p_actor => '{}',
    p_reason => 'The same phone had opted out before, in another spelling of its number.',
    p_evidence => null, p_follows => true, p_occurred_at => held.acted)
  from (
    select distinct on (mine.profile_id, mine.channel) mine.profile_id as id, mine.channel,
      other.source, acted_at(other.profile_id, other.event_id, other.since) as acted
    from twins() one
    join twins() another on another.key = one.key and another.id <> one.id
    join channels c on c.address_kind = 'phoneNumber'
    join flags mine on mine.profile_id = one.id and mine.channel = c.channel and mine.opted_in
    join flags other on other.profile_id = another.id and other.channel = c.channel
      and not other.opted_in and other.asked
    order by mine.profile_id, mine.channel, flag_weight(false, other.source) desc
  ) held;
end
$$;
