-- An address that was erased or stopped by its carrier keeps no pending submission.
create or replace function drop_confirmations_of_kept() returns trigger
language plpgsql
as $$
begin
  delete from confirmations where address_hash = new.address_hash and channel = new.channel;
  return null;
end
$$;

create or replace trigger kept_opt_outs_drop_confirmations after insert or update on kept_opt_outs
for each row when (new.source in ('carrier', 'forgotten'))
  execute function drop_confirmations_of_kept();
