-- What is left of a confirmation's message once it is over: only that there was one.
create or replace function end_confirmation_message() returns trigger
language plpgsql
as $$
begin
  update messages set address = null, title = null, body = null, updated_at = now(),
    status = case status when 'processing' then 'cancelled' else status end,
    -- A transport's words may name the address.
    reason = case when status in ('failed', 'unknown') and reason <> 'unknown' then null
      else reason end,
    doubt = case when doubt is not null then 'unknown' end
  where confirmation_id = old.id;
  return null;
end
$$;

create or replace trigger confirmations_end_message after delete on confirmations
for each row execute function end_confirmation_message();
