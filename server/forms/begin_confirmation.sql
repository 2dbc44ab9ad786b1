drop function if exists begin_confirmation(wordings, text, text, jsonb, text, text, text, text);

-- Sends an address one confirmation at most in ten minutes and five in a day, whoever asks, by
-- which form and on which channel; within that time, a form joins the one that is under way on its
-- channel. Who may not be asked gets none. Says nothing of what it did.
create or replace function begin_confirmation(
  p_shown wordings, p_kind text, p_address text, p_country text, p_budgets jsonb, p_evidence jsonb,
  p_secret text, p_language text, p_title text, p_body text
) returns void
language plpgsql
as $$
declare
  hash bytea := address_hash(p_kind, p_address);
  cool_down bytea := cool_down_key(p_kind, p_address);
  pending confirmations;
  held text;
begin
  if take_limit(cool_down, 1, 600) > 0 then
    insert into confirmations (channel, address_hash, address, form_id, wording, language,
      secret_hash, evidence, expires_at)
    select k.channel, k.address_hash, k.address, p_shown.form_id, p_shown.number, k.language,
      k.secret_hash, p_evidence, k.expires_at
    from confirmations k
    where k.address_hash = hash and k.channel = p_shown.channel and k.expires_at > now()
    order by k.id desc
    limit 1
    -- What an opt-out is just ending is not joined.
    for key share
    on conflict do nothing;
    return;
  end if;
  if take_limit(address_hash('confirmations of a day', encode(cool_down, 'hex')), 5, 86400) > 0 then
    return;
  end if;
  if why_no_confirmation(p_shown.channel, p_address) is not null then
    return;
  end if;
  if p_kind = 'phoneNumber' then
    held := why_held_back(p_shown.form_id, p_address, p_country, p_budgets);
  end if;
  if held is not null then
    perform count_held_back(held, p_shown.form_id, p_country, p_address);
    return;
  end if;
  insert into confirmations (channel, address_hash, address, form_id, wording, language,
    secret_hash, evidence, expires_at)
  values (p_shown.channel, hash, p_address, p_shown.form_id, p_shown.number, p_language,
    confirmation_hash(p_kind, hash, p_shown.channel, p_secret), p_evidence,
    now() + case p_kind when 'email' then interval '24 hours' else interval '10 minutes' end)
  -- A code comes again one time in a million, and what had it before may not have been swept yet.
  on conflict (secret_hash, form_id) do update set wording = excluded.wording,
    language = excluded.language,
    evidence = excluded.evidence, submitted_at = excluded.submitted_at,
      expires_at = excluded.expires_at
  returning * into pending;
  insert into messages (channel, address, confirmation_id, require_opt_in, title, body, expires_on,
    status)
  values (p_shown.channel, p_address, pending.id, false, p_title, p_body, pending.expires_at,
    'processing');
end
$$;
