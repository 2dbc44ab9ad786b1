-- Opts out of the channel of an unsubscribe link (see unsubscriber()): whoever has its address now,
-- and the person whom its message was for. done: false where a link of version 0.1 is for nobody
-- any more.
create or replace function unsubscribe(p_link jsonb, out done boolean, out shown text)
language plpgsql
as $$
declare
  wanted constant text := p_link ->> 'channel';
  addresses constant jsonb := jsonb_strip_nulls(
    jsonb_build_object(wanted, p_link -> 'address'));
  caller constant jsonb := jsonb_strip_nulls(
    jsonb_build_object('message', p_link -> 'messageId'));
  known record := unsubscriber(p_link);
begin
  perform lock_people(array_remove(array[known.person], null), addresses);
  perform opt_out_holders(addresses, 'unsubscribe', caller, null);
  perform set_flag(
    p_profile_id => known.person, p_channel => wanted, p_opted_in => false,
    p_source => 'unsubscribe', p_actor => caller);
  shown := known.shown;
  done := known.person is not null or addresses <> '{}';
end
$$;
