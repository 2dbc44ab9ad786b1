drop function if exists submit_form(text, int, text, text, text, text, int, int, int, jsonb, text,
  text, text, text);

-- A submission in one statement. The outcome is 'done', 'not_found', 'gone', 'origin_not_allowed',
-- 'no_such_wording', 'confirm' where the form has come to ask for confirmation and there is none,
-- 'number_type' where p_refused says that nobody can be asked on such a number, or 'rate_limited'
-- with the seconds to wait. Past an address's own limit it is 'done' and changes nothing: a
-- stranger must not learn whether an address is known. p_origin is the page's origin, null for our
-- own pages and for no browser. A form that asks for confirmation only begins one: with p_secret,
-- sent to the address as p_title and p_body in p_language. How many of those one client asks for in
-- an hour is p_confirm_limit: a message that is paid for goes to whatever number a stranger names.
-- What all clients together may have sent to the country and to the prefix of a number is p_budgets
-- (see why_held_back).
create or replace function submit_form(
  p_form_id text, p_wording int, p_kind text, p_address text, p_country text, p_origin text,
  p_client text, p_client_limit int, p_address_limit int, p_confirm_limit int, p_budgets jsonb,
  p_evidence jsonb, p_secret text, p_language text, p_title text, p_body text, p_refused boolean,
  out outcome text, out wait int, out thank_you text
)
language plpgsql
as $$
declare
  form forms;
  shown wordings;
  person text;
begin
  wait := 0;
  select * into form from forms where id = p_form_id;
  outcome := why_not_open(form, p_origin);
  if outcome is not null then
    return;
  end if;
  select * into shown from wordings where form_id = p_form_id and number = p_wording;
  if not found then
    outcome := 'no_such_wording';
    return;
  end if;
  -- An older wording is no way around a confirmation.
  if p_secret is null and (shown.confirm = 'double' or p_wording <> form.wording and exists (
    select from wordings where form_id = p_form_id and number = form.wording and confirm = 'double'
  )) then
    outcome := 'confirm';
    return;
  end if;
  wait := take_client_limit('client', p_client, p_client_limit, 60);
  if wait = 0 and p_refused then
    perform count_held_back('number_type', p_form_id, p_country, p_address);
    outcome := 'number_type';
    return;
  end if;
  if wait = 0 and p_secret is not null then
    wait := take_client_limit('confirmations of a client', p_client, p_confirm_limit, 3600);
  end if;
  if wait > 0 then
    outcome := 'rate_limited';
    return;
  end if;
  outcome := 'done';
  thank_you := shown.thank_you_text;
  if take_limit(address_hash('submission:' || p_form_id, limited_address(p_kind, p_address)),
    p_address_limit, 3600) > 0 then
    return;
  end if;
  if p_secret is not null then
    perform begin_confirmation(
      p_shown => shown, p_kind => p_kind, p_address => p_address, p_country => p_country,
      p_budgets => p_budgets, p_evidence => p_evidence, p_secret => p_secret,
      p_language => p_language, p_title => p_title, p_body => p_body
    );
    return;
  end if;
  person := find_or_create_profile(p_kind, p_address);
  insert into submissions (form_id, wording, profile_id, event_id)
  values (p_form_id, p_wording, person, set_flag(
    p_profile_id => person, p_channel => shown.channel, p_opted_in => true, p_source => 'form',
    p_actor => jsonb_build_object('form', p_form_id, 'wording', p_wording),
    p_evidence => p_evidence
  ));
end
$$;
