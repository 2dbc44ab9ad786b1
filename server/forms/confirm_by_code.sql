-- Confirms by the code that was sent. The outcome is 'done', 'not_found', 'gone' where the form was
-- deleted or paused, 'origin_not_allowed', 'wrong', or 'rate_limited' with the seconds to wait:
-- after so many tries of one client in a minute; or at one address, for each code, five of one
-- client and twenty of all, whether it waits for one or not. A stranger's five wrong ones so leave
-- the person their own.
create or replace function confirm_by_code(
  p_form_id text, p_kind text, p_address text, p_code text, p_origin text, p_client text,
  p_client_limit int, p_evidence jsonb,
  out outcome text, out wait int, out thank_you text
)
language plpgsql
as $$
declare
  form forms;
  asked_on text;
  hash bytea := address_hash(p_kind, p_address);
  tries text;
  cool_down timestamptz;
  shown wordings;
begin
  wait := 0;
  select * into form from forms where id = p_form_id;
  outcome := why_not_open(form, p_origin);
  if outcome is not null then
    return;
  end if;
  select w.channel into asked_on from wordings w
    where w.form_id = form.id and w.number = form.wording;
  -- Each code allows five new tries. Codes are told apart by their cool-down, which exists even if
  -- no code was sent.
  select ends_at into cool_down from limits where key = cool_down_key(p_kind, p_address);
  tries := asked_on || ':' || encode(hash, 'hex') || ':'
    || coalesce(case when cool_down > now() then extract(epoch from cool_down)::text end, '');
  wait := take_client_limit('client that confirms', p_client, p_client_limit, 60);
  if wait = 0 then
    wait := take_limit(address_hash('tries of a code by a client', tries || ':' || p_client),
      5, 600);
  end if;
  if wait = 0 then
    wait := take_limit(address_hash('tries of a code', tries), 20, 600);
  end if;
  if wait > 0 then
    outcome := 'rate_limited';
    return;
  end if;
  shown := confirm_submission(confirmation_hash(p_kind, hash, asked_on, p_code), p_form_id, 'code',
    p_evidence);
  outcome := case when shown.form_id is null then 'wrong' else 'done' end;
  if outcome = 'done' and p_kind = 'phoneNumber' then
    perform count_use(address_hash('codes entered of a prefix', number_prefix(p_address)), 21600);
  end if;
  thank_you := shown.thank_you_text;
end
$$;
