-- Whether an automatic reply to this message may go out: one confirmation for each opt-out; nothing
-- to a sender that has sent the same text twice within a day already, as an out-of-office program
-- does; and three to an address a day. What an admin simulates is sent to nobody, so that it counts
-- for no limit.
create or replace function may_reply(p_inbound inbounds, p_simulated boolean) returns boolean
language plpgsql
as $$
begin
  if p_inbound.action = 'optOut' then
    if not exists (
      select from events e
      where e.profile_id = p_inbound.profile_id and e.id = p_inbound.event_id and e.refusal is null
        and (e.from_opted_in or not exists (
          select from events earlier
          where earlier.profile_id = e.profile_id and earlier.channel = e.channel
            and earlier.id < e.id and earlier.source <> 'default'
            and earlier.refusal is null
        ))
    ) then
      return false;
    end if;
  elsif not p_simulated and (
    select count(*)
    from (
      select channel, body, received_at from inbounds
      where profile_id = p_inbound.profile_id and id < p_inbound.id
      order by id desc
      limit 20
    ) before
    where channel = p_inbound.channel and body = p_inbound.body
      and received_at > p_inbound.received_at - interval '1 day'
  ) >= 2 then
    return false;
  end if;
  return p_simulated
    or take_limit(address_hash('automatic replies', lower(p_inbound.sender)), 3, 86400) = 0;
end
$$;
