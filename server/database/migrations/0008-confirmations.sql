-- Double opt-in: submissions that wait for the person's own confirmation.

-- A pending submission. Its address is kept no longer than it waits; the secret that was sent there, a link's token or a
-- code, is kept as a keyed hash alone. Forms that are used while a confirmation is under way share its secret.
create table confirmations (
  id bigint generated always as identity primary key,
  channel text not null references channels,
  address_hash bytea not null,
  address text not null,
  form_id text not null,
  wording int not null,
  -- what the message, and so the link's page, is written in
  language text not null,
  secret_hash bytea not null,
  -- of the submission
  evidence jsonb not null,
  submitted_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  unique (secret_hash, form_id)
);

create index confirmations_address on confirmations (address_hash, channel);
create index confirmations_expires_at on confirmations (expires_at);

-- What is left of a message that asked for confirmation, when that is over: that there was one.
create function end_confirmation_message() returns trigger
language plpgsql
as $$
begin
  update messages set address = null, title = null, body = null, updated_at = now(),
    status = case status when 'processing' then 'cancelled' else status end,
    -- A transport's words may name the address.
    reason = case when status = 'failed' and reason <> 'unknown' then null else reason end
  where confirmation_id = old.id;
  return null;
end
$$;

create trigger confirmations_end_message after delete on confirmations
for each row execute function end_confirmation_message();

-- Whoever opts out on a channel takes back what waits for confirmation there.
create function drop_confirmations(p_profile_id text, p_channel text) returns void
language plpgsql
as $$
begin
  if not exists (select from confirmations) then
    return;
  end if;
  delete from confirmations k
  using profiles p, channels c
  where p.id = p_profile_id and c.channel = p_channel and k.channel = c.channel and k.expires_at > now()
    and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind));
end
$$;

-- An address that was erased, or that its carrier stopped, leaves nothing that waits.
create function drop_confirmations_of_kept() returns trigger
language plpgsql
as $$
begin
  delete from confirmations where address_hash = new.address_hash and channel = new.channel;
  return null;
end
$$;

create trigger kept_opt_outs_drop_confirmations after insert or update on kept_opt_outs
for each row when (new.source in ('carrier', 'forgotten')) execute function drop_confirmations_of_kept();

-- Why an address may not even be asked for confirmation on a channel, or null where it may: its carrier opted it out, or it
-- was forgotten on the person's own wish.
create function why_no_confirmation(p_channel text, p_address text) returns text
language sql stable
as $$
  select case
    when p_address is null then 'no_address'
    when stopped.source = 'carrier' then 'carrier_opted_out'
    else stopped.source
  end
  from channels c
  left join lateral (
    select f.source from flags f
    where f.profile_id = profile_with(c.address_kind, p_address) and f.channel = c.channel
      and not f.opted_in and f.source in ('carrier', 'forgotten')
    union all
    select k.source from kept_opt_outs k
    where k.address_hash = address_hash(c.address_kind, p_address) and k.channel = c.channel
      and k.source in ('carrier', 'forgotten')
    limit 1
  ) stopped on true
  where c.channel = p_channel
$$;

-- The hash of what was sent to an address. A code is short, so it means something for that address alone.
create function confirmation_hash(p_kind text, p_address_hash bytea, p_channel text, p_secret text) returns bytea
language sql stable
as $$
  select case p_kind
    when 'email' then address_hash('link of a confirmation', p_secret)
    else address_hash('code of a confirmation:' || p_channel || ':' || encode(p_address_hash, 'hex'), p_secret)
  end
$$;

-- Sends an address one confirmation at most in ten minutes and five in a day, on a channel, whoever asks and by which form;
-- within that time, a form joins the one that is under way. Who may not be asked gets none. Says nothing of what it did.
create function begin_confirmation(
  p_shown wordings, p_kind text, p_address text, p_evidence jsonb, p_secret text, p_language text, p_title text, p_body text
) returns void
language plpgsql
as $$
declare
  hash bytea := address_hash(p_kind, p_address);
  scope text := p_shown.channel || ':' || encode(hash, 'hex');
  pending confirmations;
begin
  if take_limit(address_hash('confirmation', scope), 1, 600) > 0 then
    insert into confirmations (channel, address_hash, address, form_id, wording, language, secret_hash, evidence, expires_at)
    select k.channel, k.address_hash, k.address, p_shown.form_id, p_shown.number, k.language, k.secret_hash, p_evidence, k.expires_at
    from confirmations k
    where k.address_hash = hash and k.channel = p_shown.channel and k.expires_at > now()
    order by k.id desc
    limit 1
    -- What an opt-out is just ending is not joined.
    for key share
    on conflict do nothing;
    return;
  end if;
  if take_limit(address_hash('confirmations of a day', scope), 5, 86400) > 0 then
    return;
  end if;
  if why_no_confirmation(p_shown.channel, p_address) is not null then
    return;
  end if;
  insert into confirmations (channel, address_hash, address, form_id, wording, language, secret_hash, evidence, expires_at)
  values (p_shown.channel, hash, p_address, p_shown.form_id, p_shown.number, p_language,
    confirmation_hash(p_kind, hash, p_shown.channel, p_secret), p_evidence,
    now() + case p_kind when 'email' then interval '24 hours' else interval '10 minutes' end)
  -- A code comes again one time in a million, and what had it before may not have been swept yet.
  on conflict (secret_hash, form_id) do update set wording = excluded.wording, language = excluded.language,
    evidence = excluded.evidence, submitted_at = excluded.submitted_at, expires_at = excluded.expires_at
  returning * into pending;
  insert into messages (channel, address, confirmation_id, require_opt_in, title, body, expires_on, status)
  values (p_shown.channel, p_address, pending.id, false, p_title, p_body, pending.expires_at, 'processing');
end
$$;

-- Opts in who confirms: once for each secret, and nothing else of that address waits after it. The event names the
-- submission; the evidence has both steps. p_form_id is null for a link, which stands for the form that sent it.
-- Null where there is no such pending submission (any more).
create function confirm_submission(p_secret_hash bytea, p_form_id text, p_by text, p_evidence jsonb) returns wordings
language plpgsql
as $$
declare
  pending confirmations;
  shown wordings;
  person text;
  answered bigint[];
begin
  select k.* into pending from confirmations k
  where k.secret_hash = p_secret_hash and k.form_id = coalesce(p_form_id, k.form_id) and k.expires_at > now()
  order by k.id
  limit 1;
  if not found or why_no_confirmation(pending.channel, pending.address) is not null then
    return null;
  end if;
  select w.* into shown from wordings w where w.form_id = pending.form_id and w.number = pending.wording;

  -- The flag is locked before what waits for it, here as everywhere; whoever was faster leaves nothing, not even a new profile.
  begin
    select find_or_create_profile(c.address_kind, pending.address, c.channel) into person
    from channels c where c.channel = pending.channel;
    with ended as (
      delete from confirmations k
      where k.address_hash = pending.address_hash and k.channel = pending.channel and k.expires_at > now()
      returning k.id
    )
    select array_agg(ended.id) into answered from ended;
    -- An opt-out that did not see the submission, which was being made in the same instant, is the newer act all the same. The
    -- one that a profile has from before it was made, just now, is not.
    if answered is null or pending.id <> all (answered) or exists (
      select from flags f join profiles p on p.id = f.profile_id
      where f.profile_id = person and f.channel = pending.channel and not f.opted_in and f.source <> 'default'
        and f.since > pending.submitted_at and p.created_at <> now()
    ) then
      raise exception using errcode = 'no_data_found';
    end if;
  exception when no_data_found then
    return null;
  end;

  insert into submissions (form_id, wording, profile_id, event_id)
  values (pending.form_id, pending.wording, person, set_flag(
    person, pending.channel, true, 'form',
    jsonb_build_object('form', pending.form_id, 'wording', pending.wording, 'confirmed', p_by,
      'submittedAt', iso_time(pending.submitted_at)),
    null,
    pending.evidence || jsonb_build_object('at', iso_time(pending.submitted_at),
      'confirmation', p_evidence || jsonb_build_object('by', p_by, 'at', iso_time(clock_timestamp())))
  ));
  update messages set profile_id = person where confirmation_id = any (answered);
  return shown;
end
$$;

create function iso_time(p_at timestamptz) returns text
language sql immutable
as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Confirms by the code that was sent. The outcome is 'done', 'not_found', 'origin_not_allowed', 'wrong', or 'rate_limited' with the
-- seconds to wait: after so many tries of one client in a minute; or at one address, for each code, five of one client and twenty of all,
-- whether it waits for one or not. A stranger's five wrong ones so leave the person their own.
create function confirm_by_code(
  p_form_id text, p_kind text, p_address text, p_code text, p_origin text, p_client text, p_client_limit int, p_evidence jsonb,
  out outcome text, out wait int, out thank_you text
)
language plpgsql
as $$
declare
  form forms;
  asked_on text;
  hash bytea := address_hash(p_kind, p_address);
  scope text;
  tries text;
  shown wordings;
begin
  wait := 0;
  select * into form from forms where id = p_form_id;
  if not found then
    outcome := 'not_found';
    return;
  end if;
  if p_origin is not null and form.allowed_origins <> '[]' and not form.allowed_origins ? p_origin then
    outcome := 'origin_not_allowed';
    return;
  end if;
  select w.channel into asked_on from wordings w where w.form_id = form.id and w.number = form.wording;
  scope := asked_on || ':' || encode(hash, 'hex');
  -- Another code, another five tries: it is told by its cool-down, which is there even where no code was sent.
  tries := scope || ':' || coalesce((
    select extract(epoch from ends_at)::text from limits where key = address_hash('confirmation', scope) and ends_at > now()
  ), '');
  wait := take_limit(address_hash('client that confirms', p_client), p_client_limit, 60);
  if wait = 0 then
    wait := take_limit(address_hash('tries of a code by a client', tries || ':' || p_client), 5, 600);
  end if;
  if wait = 0 then
    wait := take_limit(address_hash('tries of a code', tries), 20, 600);
  end if;
  if wait > 0 then
    outcome := 'rate_limited';
    return;
  end if;
  shown := confirm_submission(confirmation_hash(p_kind, hash, asked_on, p_code), p_form_id, 'code', p_evidence);
  outcome := case when shown.form_id is null then 'wrong' else 'done' end;
  thank_you := shown.thank_you_text;
end
$$;

-- What the carrier says of the address that a message asked for confirmation.
create function opt_out_at_carrier(p_message_id bigint) returns void
language plpgsql
as $$
declare
  asked record;
  person text;
begin
  select m.channel, c.address_kind, m.address into asked
  from messages m join channels c on c.channel = m.channel
  where m.id = p_message_id and m.address is not null;
  if not found then
    return;
  end if;
  person := profile_with(asked.address_kind, asked.address);
  if person is null then
    insert into kept_opt_outs (address_hash, channel, source)
    values (address_hash(asked.address_kind, asked.address), asked.channel, 'carrier')
    on conflict (address_hash, channel) do update set source = 'carrier' where kept_opt_outs.source <> 'forgotten';
  else
    perform set_flag(person, asked.channel, false, 'carrier', jsonb_build_object('message', p_message_id::text),
      'The carrier says that this person opted out.', null);
  end if;
end
$$;
