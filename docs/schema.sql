-- The whole schema as it is: tables, indexes, views, triggers, and the signature of
  each function, whose
-- text stands in server/<room>/<function>.sql. Made by `npm run schema`; a test compares it.

create table asked_flags (
  profile_id text not null,
  channel text not null,
  opted_in boolean not null,
  source text not null,
  since timestamp with time zone not null,
  actor jsonb not null,
  event_id bigint not null,
  said_again_at timestamp with time zone,
  constraint asked_flags_pkey PRIMARY KEY (profile_id, channel),
  constraint asked_flags_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text]))),
  constraint asked_flags_source_known CHECK ((source = ANY (ARRAY['default'::text, 'form'::text,
    'rule'::text, 'api'::text, 'portal'::text, 'preferences'::text, 'unsubscribe'::text,
      'import'::text, 'carrier'::text, 'forgotten'::text])))
);

create unlogged table audience_entries (
  list text not null,
  position integer not null,
  given text not null,
  profile_id text
);

create table broadcasts (
  id text not null,
  name text not null,
  channel text not null,
  title text,
  body text not null,
  custom_body jsonb,
  audience jsonb not null,
  status text not null,
  rate integer,
  next_at timestamp with time zone default now() not null,
  frozen_at timestamp with time zone,
  total integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint broadcasts_pkey PRIMARY KEY (id),
  constraint broadcasts_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text]))),
  constraint broadcasts_status_known CHECK ((status = ANY (ARRAY['sending'::text, 'paused'::text,
    'done'::text, 'cancelled'::text])))
);

create table channels (
  channel text not null,
  position integer not null,
  address_kind text not null,
  constraint channels_position_key UNIQUE ("position"),
  constraint channels_pkey PRIMARY KEY (channel)
);

create table confirmations (
  id bigint generated always as identity not null,
  channel text not null,
  address_hash bytea not null,
  address text not null,
  form_id text not null,
  wording integer not null,
  language text not null,
  secret_hash bytea not null,
  evidence jsonb not null,
  submitted_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone not null,
  constraint confirmations_secret_hash_form_id_key UNIQUE (secret_hash, form_id),
  constraint confirmations_pkey PRIMARY KEY (id),
  constraint confirmations_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text])))
);
CREATE INDEX confirmations_address ON confirmations USING btree (address_hash, channel);
CREATE INDEX confirmations_expires_at ON confirmations USING btree (expires_at);

create table counted (
  one boolean default true not null,
  events bigint default 0 not null,
  submissions bigint default 0 not null,
  fence_events bigint default 0 not null,
  fence_submissions bigint default 0 not null,
  fence xid8 default '0'::xid8 not null,
  constraint counted_pkey PRIMARY KEY (one),
  constraint counted_one_check CHECK (one)
);

create table defaults (
  number integer not null,
  opt_in jsonb not null,
  at timestamp with time zone default now() not null,
  actor jsonb not null,
  constraint defaults_pkey PRIMARY KEY (number),
  constraint defaults_opt_in_check CHECK ((jsonb_typeof(opt_in) = 'object'::text))
);

create table ended_flags (
  channel text not null,
  flags bigint not null,
  opted_in bigint not null
);

create table event_counts (
  minutes integer not null,
  slot timestamp with time zone not null,
  channel text not null,
  source text not null,
  opt_ins bigint not null,
  opt_outs bigint not null,
  begun bigint not null,
  constraint event_counts_pkey PRIMARY KEY (minutes, slot, channel, source)
);

create table events (
  profile_id text not null,
  id bigint generated always as identity not null,
  channel text,
  from_opted_in boolean,
  to_opted_in boolean,
  source text not null,
  at timestamp with time zone default clock_timestamp() not null,
  actor jsonb not null,
  reason text,
  occurred_at timestamp with time zone,
  refusal text,
  began_with integer,
  constraint events_pkey PRIMARY KEY (profile_id, id),
  constraint events_begin_or_change CHECK ((((channel IS NULL) = (began_with IS NOT NULL)) AND
    ((channel IS NULL) = (to_opted_in IS NULL)))),
  constraint events_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text]))),
  constraint events_refusal_known CHECK ((refusal = ANY (ARRAY['already_so'::text,
    'older_than_opt_out'::text, 'forgotten'::text, 'carrier_opted_out'::text,
      'person_opted_out'::text, 'opted_out'::text]))),
  constraint events_refused_change_nothing CHECK (((refusal IS NULL) OR (to_opted_in =
    from_opted_in))),
  constraint events_source_known CHECK ((source = ANY (ARRAY['default'::text, 'form'::text,
    'rule'::text, 'api'::text, 'portal'::text, 'preferences'::text, 'unsubscribe'::text,
      'import'::text, 'carrier'::text, 'forgotten'::text])))
);
CREATE INDEX events_id ON events USING btree (id);

create table evidence (
  profile_id text not null,
  event_id bigint not null,
  details jsonb not null,
  constraint evidence_pkey PRIMARY KEY (profile_id, event_id)
);

create table flag_counts (
  channel text not null,
  flags bigint default 0 not null,
  opted_in bigint default 0 not null,
  constraint flag_counts_pkey PRIMARY KEY (channel),
  constraint flag_counts_channel_fkey FOREIGN KEY (channel) REFERENCES channels(channel)
);

create table forms (
  id text not null,
  description text not null,
  allowed_origins jsonb not null,
  active boolean not null,
  wording integer not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  deleted_at timestamp with time zone,
  countries jsonb,
  constraint forms_pkey PRIMARY KEY (id)
);

create unlogged table held_back (
  reason text not null,
  form_id text not null,
  country text not null,
  prefix text not null,
  times integer default 1 not null,
  since timestamp with time zone default now() not null,
  last_at timestamp with time zone default now() not null,
  constraint held_back_pkey PRIMARY KEY (reason, form_id, country, prefix),
  constraint held_back_reason_check CHECK ((reason = ANY (ARRAY['number_type'::text,
    'country_not_served'::text, 'country_budget'::text, 'prefix_budget'::text,
      'unconfirmed'::text])))
);

create table idempotency_keys (
  scope text not null,
  key text not null,
  request_hash bytea not null,
  status integer not null,
  body text not null,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_keys_pkey PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys USING btree (created_at);

create table inbounds (
  id bigint generated always as identity not null,
  provider text not null,
  channel text not null,
  message_id text,
  sender text not null,
  recipient text not null,
  body text not null,
  profile_id text,
  rule_id text,
  action text not null,
  event_id bigint,
  received_at timestamp with time zone default clock_timestamp() not null,
  session text,
  review text,
  review_reason text,
  answer text,
  answered_at timestamp with time zone,
  constraint inbounds_pkey PRIMARY KEY (id),
  constraint inbounds_action_known CHECK ((action = ANY (ARRAY['optIn'::text, 'optOut'::text,
    'reply'::text, 'none'::text]))),
  constraint inbounds_answer_known CHECK ((answer = ANY (ARRAY['optOut'::text, 'no'::text,
    'optedOut'::text]))),
  constraint inbounds_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text]))),
  constraint inbounds_review_known CHECK ((review = ANY (ARRAY['likely'::text, 'unmatched'::text])))
);
CREATE UNIQUE INDEX inbounds_message_id ON inbounds USING btree (provider, channel, message_id,
  sender);
CREATE INDEX inbounds_profile_id ON inbounds USING btree (profile_id, id);
CREATE INDEX inbounds_unmatched ON inbounds USING btree (sender) WHERE ((profile_id IS NULL) AND
  (action = 'optOut'::text));
CREATE INDEX inbounds_waiting ON inbounds USING btree (review, id) WHERE ((review IS NOT NULL) AND
  (answer IS NULL));
CREATE INDEX inbounds_waiting_of ON inbounds USING btree (profile_id) WHERE ((review IS NOT NULL)
  AND (answer IS NULL));

create table kept_opt_outs (
  address_hash bytea not null,
  channel text not null,
  source text not null,
  occurred_at timestamp with time zone,
  constraint kept_opt_outs_pkey PRIMARY KEY (address_hash, channel),
  constraint kept_opt_outs_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text]))),
  constraint kept_opt_outs_source_known CHECK ((source = ANY (ARRAY['default'::text, 'form'::text,
    'rule'::text, 'api'::text, 'portal'::text, 'preferences'::text, 'unsubscribe'::text,
      'import'::text, 'carrier'::text, 'forgotten'::text])))
);

create table keys (
  id text not null,
  name text not null,
  hash bytea not null,
  scopes jsonb not null,
  created_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint keys_hash_key UNIQUE (hash),
  constraint keys_pkey PRIMARY KEY (id)
);

create unlogged table limits (
  key bytea not null,
  used integer not null,
  ends_at timestamp with time zone not null,
  constraint limits_pkey PRIMARY KEY (key)
);
CREATE INDEX limits_ends_at ON limits USING btree (ends_at);

create table merged_profiles (
  id text not null,
  profile_id text not null,
  merged_at timestamp with time zone default now() not null,
  constraint merged_profiles_pkey PRIMARY KEY (id)
);
CREATE INDEX merged_profiles_profile_id ON merged_profiles USING btree (profile_id);

create table messages (
  id bigint generated always as identity not null,
  profile_id text,
  address text,
  confirmation_id bigint,
  channel text,
  broadcast_id text,
  reply_to bigint,
  require_opt_in boolean not null,
  sender text,
  title text,
  body text,
  custom_body jsonb,
  metadata jsonb,
  status text not null,
  reason text,
  expires_on timestamp with time zone,
  attempts integer default 0 not null,
  failures integer default 0 not null,
  attempt_began_at timestamp with time zone,
  due_at timestamp with time zone default now() not null,
  provider_id text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  doubt text,
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_channel_known CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsApp'::text,
    'email'::text, 'rcs'::text, 'fbMessenger'::text, 'appMessaging'::text]))),
  constraint messages_status_known CHECK ((status = ANY (ARRAY['processing'::text, 'sent'::text,
    'delivered'::text, 'read'::text, 'failed'::text, 'unknown'::text, 'expired'::text,
      'filtered'::text, 'cancelled'::text])))
);
CREATE INDEX messages_broadcast_due ON messages USING btree (broadcast_id, due_at) WHERE (status =
  'processing'::text);
CREATE INDEX messages_broadcast_id ON messages USING btree (broadcast_id, status) WHERE
  (broadcast_id IS NOT NULL);
CREATE INDEX messages_confirmation_id ON messages USING btree (confirmation_id) WHERE
  (confirmation_id IS NOT NULL);
CREATE INDEX messages_due ON messages USING btree (channel, due_at) WHERE ((status =
  'processing'::text) AND (broadcast_id IS NULL));
CREATE INDEX messages_profile_id ON messages USING btree (profile_id, id);
CREATE INDEX messages_provider_id ON messages USING btree (provider_id) WHERE (provider_id IS NOT
  NULL);
CREATE UNIQUE INDEX messages_reply_to ON messages USING btree (reply_to) WHERE (reply_to IS NOT
  NULL);

create table migrations (
  number integer not null,
  name text not null,
  hash text,
  applied_at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (number)
);

create table profiles (
  id text not null,
  phone_number text collate "C",
  email text,
  fb_messenger_id text,
  properties jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  began_with integer not null,
  whats_app_id text,
  constraint profiles_fb_messenger_id_key UNIQUE (fb_messenger_id),
  constraint profiles_phone_number_key UNIQUE (phone_number),
  constraint profiles_pkey PRIMARY KEY (id),
  constraint profiles_id_check CHECK (((id ~ '^[A-Za-z0-9._@-]{1,64}$'::text) AND (id <> ALL
    (ARRAY['optin'::text, 'optout'::text, 'import'::text, 'export'::text, 'new'::text, '.'::text,
      '..'::text]))))
);
CREATE INDEX profiles_created_at ON profiles USING btree (created_at);
CREATE UNIQUE INDEX profiles_email ON profiles USING btree (lower(email));
CREATE INDEX profiles_search_1 ON profiles USING gin (search_tokens(p_properties => properties, p_id
  => id, p_phone_number => phone_number, p_email => email, p_fb_messenger_id => fb_messenger_id,
    p_whats_app_id => whats_app_id));
CREATE UNIQUE INDEX profiles_whats_app_id ON profiles USING btree (whats_app_id) WHERE (whats_app_id
  IS NOT NULL);

create table rules (
  id text not null,
  channel text not null,
  inbound text collate "C" not null,
  keyword text not null,
  folded text collate "C" not null,
  action text not null,
  reply text,
  active boolean not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  matches text default 'beginning'::text not null,
  preset text,
  constraint rules_channel_folded_inbound_key UNIQUE (channel, folded, inbound),
  constraint rules_pkey PRIMARY KEY (id),
  constraint rules_channel_fkey FOREIGN KEY (channel) REFERENCES channels(channel),
  constraint rules_action_known CHECK ((action = ANY (ARRAY['optIn'::text, 'optOut'::text,
    'reply'::text]))),
  constraint rules_matches_known CHECK ((matches = ANY (ARRAY['beginning'::text, 'whole'::text,
    'meaning'::text]))),
  constraint rules_preset_known CHECK ((preset = ANY (ARRAY['stop'::text, 'start'::text,
    'help'::text])))
);

create table sessions (
  hash bytea not null,
  id text not null,
  made_under bytea not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  way text,
  client text,
  user_agent text,
  key_id text,
  constraint sessions_id_key UNIQUE (id),
  constraint sessions_pkey PRIMARY KEY (hash),
  constraint sessions_key_id_fkey FOREIGN KEY (key_id) REFERENCES keys(id),
  constraint sessions_way_check CHECK ((way = ANY (ARRAY['password'::text, 'link'::text])))
);

create table settings (
  name text not null,
  value text not null,
  constraint settings_pkey PRIMARY KEY (name)
);

create table sign_in_links (
  hash bytea not null,
  expires_at timestamp with time zone not null,
  key_id text,
  constraint sign_in_links_pkey PRIMARY KEY (hash),
  constraint sign_in_links_key_id_fkey FOREIGN KEY (key_id) REFERENCES keys(id)
);

create table sql_code (
  one boolean default true not null,
  version text not null,
  hash text not null,
  applied_at timestamp with time zone default now() not null,
  constraint sql_code_pkey PRIMARY KEY (one),
  constraint sql_code_one_check CHECK (one)
);

create table submission_counts (
  form_id text not null,
  slot timestamp with time zone not null,
  submissions bigint not null,
  constraint submission_counts_pkey PRIMARY KEY (form_id, slot)
);

create table submissions (
  form_id text not null,
  id bigint generated always as identity not null,
  wording integer not null,
  profile_id text not null,
  event_id bigint,
  at timestamp with time zone default clock_timestamp() not null,
  constraint submissions_pkey PRIMARY KEY (form_id, id)
);
CREATE INDEX submissions_profile_id ON submissions USING btree (profile_id, id);

create table wordings (
  form_id text not null,
  number integer not null,
  channel text not null,
  confirmation_message text not null,
  button_text text not null,
  business_name text,
  privacy_url text,
  default_country text,
  thank_you_text text,
  confirm text default 'none'::text not null,
  language text,
  created_at timestamp with time zone default now() not null,
  constraint wordings_pkey PRIMARY KEY (form_id, number),
  constraint wordings_channel_fkey FOREIGN KEY (channel) REFERENCES channels(channel),
  constraint wordings_form_id_fkey FOREIGN KEY (form_id) REFERENCES forms(id)
);

create view counted_events as
 SELECT id,
    profile_id,
    at,
    channel,
    source,
    (to_opted_in AND from_opted_in IS DISTINCT FROM true)::integer AS opt_in,
    (from_opted_in IS TRUE AND NOT to_opted_in)::integer AS opt_out,
    (from_opted_in IS NULL)::integer AS begun,
    began_with
   FROM events;

create view flags as
 SELECT p.id AS profile_id,
    c.channel,
    COALESCE(a.opted_in, (d.opt_in -> c.channel)::boolean, false) AS opted_in,
    COALESCE(a.source, 'default'::text) AS source,
    COALESCE(a.since, p.created_at) AS since,
    COALESCE(a.actor, '{}'::jsonb) AS actor,
    COALESCE(a.event_id, ( SELECT e.id
           FROM events e
          WHERE e.profile_id = p.id AND e.at >= p.created_at AND e.from_opted_in IS NULL AND
            (e.channel IS NULL OR e.channel = c.channel)
          ORDER BY e.id
         LIMIT 1)) AS event_id,
    COALESCE(a.source <> 'default'::text, false) AS asked
   FROM profiles p
     CROSS JOIN channels c
     LEFT JOIN asked_flags a ON a.profile_id = p.id AND a.channel = c.channel
     LEFT JOIN defaults d ON d.number = p.began_with;

create view live_sessions as
 SELECT s.hash,
    s.id,
    s.made_under,
    s.way,
    s.client,
    s.user_agent,
    s.key_id,
    k.name AS key_name,
    s.created_at,
    LEAST(s.expires_at, s.created_at + '30 days'::interval) AS expires_at
   FROM sessions s
     LEFT JOIN keys k ON k.id = s.key_id
  WHERE s.expires_at > now() AND s.created_at > (now() - '30 days'::interval) AND k.revoked_at IS
    NULL;

create view shown_profiles as
 SELECT id,
    phone_number AS "phoneNumber",
    email,
    fb_messenger_id AS "fbMessengerId",
    properties,
    (( SELECT d.opt_in
           FROM defaults d
          WHERE d.number = p.began_with)) || COALESCE(( SELECT jsonb_object_agg(a.channel,
            a.opted_in) AS jsonb_object_agg
           FROM asked_flags a
          WHERE a.profile_id = p.id), '{}'::jsonb) AS "optIn",
    created_at AS "createdAt",
    updated_at AS "updatedAt"
   FROM profiles p;

-- function acted_at(p_profile_id text, p_event_id bigint, p_since timestamp with time zone) returns
--   timestamp with time zone
-- function address_hash(kind text, address text) returns bytea
-- function address_hashes(p_kind text, p_address text) returns bytea[]
-- function address_holders(p_addresses jsonb) returns TABLE(channel text, address_kind text,
--   address text, profile_id text)
-- function agreed_wording(p_actor jsonb) returns jsonb
-- function answer_inbound(p_id bigint, p_answer text, p_source text, p_actor jsonb) returns
--   inbounds
-- function apply_kept_opt_outs(p_profile_id text, p_actor jsonb) returns void
-- function began_by_default(p_ids text[]) returns TABLE(profile_id text, began_with integer, began
--   jsonb)
-- function begin_confirmation(p_shown wordings, p_kind text, p_address text, p_country text,
--   p_budgets jsonb, p_evidence jsonb, p_secret text, p_language text, p_title text, p_body text)
--   returns void
-- function begin_opted_out(p_ids text[]) returns void
-- function bring_forward_messages() returns void
-- function cap_properties() returns trigger
-- function claim_messages(p_channels jsonb, p_limit integer, p_lease integer, p_repeatable boolean)
--   returns TABLE(id bigint, attempts integer)
-- function confirm_by_code(p_form_id text, p_kind text, p_address text, p_code text, p_origin text,
--   p_client text, p_client_limit integer, p_evidence jsonb, OUT outcome text, OUT wait integer,
--   OUT thank_you text) returns record
-- function confirm_submission(p_secret_hash bytea, p_form_id text, p_by text, p_evidence jsonb)
--   returns wordings
-- function confirmation_hash(p_kind text, p_address_hash bytea, p_channel text, p_secret text)
--   returns bytea
-- function cool_down_key(p_kind text, p_address text) returns bytea
-- function count_held_back(p_reason text, p_form_id text, p_country text, p_number text) returns
--   void
-- function count_on(p_limit integer) returns boolean
-- function count_use(p_key bytea, p_seconds integer) returns void
-- function delete_profile(p_id text) returns void
-- function drop_confirmations(p_profile_id text, p_channel text) returns void
-- function end_confirmations(p_ids bigint[]) returns bigint[]
-- function end_in_doubt() returns trigger
-- function erased_message_id(p_message_id text) returns text
-- function erased_message_id(p_message_id text, p_sender text) returns text
-- function find_or_create_profile(p_kind text, p_address text) returns text
-- function find_or_create_recipient(p_profile_id text, p_phone_number text, p_email text, OUT
--   recipient text, OUT conflict text) returns record
-- function flag_weight(p_opted_in boolean, p_source text) returns integer
-- function folded(p_text text) returns text
-- function folded_unicode(p_text text) returns text
-- function forget_profile(p_id text, p_source text, p_actor jsonb) returns boolean
-- function forgotten_hash(p_profile_id text, p_channel text) returns bytea
-- function hand_to_outbox(p_channels jsonb, p_limit integer, OUT taken integer, OUT unfilled jsonb)
--   returns record
-- function history_of(p_id text) returns SETOF events
-- function hold_twins_out(p_limit integer) returns boolean
-- function import_profiles(p_rows jsonb, p_actor jsonb, p_reason text, p_dry_run boolean) returns
--   TABLE(index integer, outcome text, "profileId" text, holders jsonb, changes jsonb, kept jsonb,
--   refusals jsonb)
-- function import_rows(p_rows jsonb) returns TABLE(index integer, id text, "newId" text,
--   "phoneNumber" text, email text, "fbMessengerId" text, properties jsonb, "optIn" jsonb, evidence
--   jsonb)
-- function is_empty() returns boolean
-- function iso_time(p_at timestamp with time zone) returns text
-- function json_length(p_json jsonb) returns integer
-- function judge_import(p_rows jsonb) returns TABLE(index integer, person text, holders jsonb,
--   gains jsonb, changed boolean, refusal text)
-- function keep_opt_outs(p_profile_id text, p_kinds jsonb) returns void
-- function keyed_hash(p_text text) returns bytea
-- function learn_whats_app_id(p_profile_id text, p_whats_app_id text, p_applies boolean) returns
--   void
-- function lift_held_back(p_reason text, p_form_id text, p_country text, p_prefix text) returns
--   boolean
-- function limited_address(p_kind text, p_address text) returns text
-- function link_allows(p_link jsonb, p_channel text) returns boolean
-- function linked_addresses(p_link jsonb) returns jsonb
-- function linked_flags(p_link jsonb, p_own boolean) returns TABLE(profile_id text, channel text,
--   address text, opted_in boolean, source text, since timestamp with time zone, actor jsonb,
--   event_id bigint, asked boolean, refusal text)
-- function linked_profile(p_link jsonb) returns text
-- function lock_people(p_ids text[], p_addresses jsonb) returns void
-- function make_profiles(p_people jsonb) returns SETOF text
-- function match_key(p_phone_number text) returns text
-- function may_reply(p_inbound inbounds, p_simulated boolean) returns boolean
-- function mentions(p_text text, p_address text) returns boolean
-- function move_whats_app_id(p_old_number text, p_new_number text) returns void
-- function name_token(p_name text) returns text
-- function named_holders(p_profile_id text, p_phone_number text, p_email text) returns text[]
-- function national_number(phone_number text) returns text
-- function new_id() returns text
-- function number_prefix(p_number text) returns text
-- function opt_out_at_carrier(p_channel text, p_address text, p_actor jsonb) returns void
-- function opt_out_at_carrier(p_message_id bigint) returns void
-- function opt_out_holders(p_addresses jsonb, p_source text, p_actor jsonb, p_reason text) returns
--   void
-- function opt_out_many(p_ids jsonb, p_channels jsonb, p_source text, p_actor jsonb, p_reason text,
--   OUT changed integer, OUT unchanged integer, OUT missing jsonb) returns record
-- function opt_out_twins(p_profile_id text, p_channel text, p_source text, p_actor jsonb, p_reason
--   text, p_evidence jsonb, p_occurred_at timestamp with time zone) returns void
-- function people_to_lock(p_ids text[], p_addresses jsonb) returns text[]
-- function profile_address(profile profiles, kind text) returns text
-- function profile_with(p_kind text, p_address text) returns text
-- function properties_fit(p_before jsonb, p_after jsonb) returns boolean
-- function quarter(moment timestamp with time zone) returns timestamp with time zone
-- function receive_message(p_provider text, p_channel text, p_message_id text, p_kind text,
--   p_sender text, p_recipient text, p_body text, p_rule_id text, p_action text, p_source text,
--   p_reason text, p_reply text, p_lifts boolean, p_actor jsonb DEFAULT '{}'::jsonb,
--   p_review_reason text DEFAULT NULL::text, OUT inbound inbounds, OUT reply_id bigint, OUT
--   repeated boolean) returns record
-- function refusal_to_set(p_opted_in boolean, p_source text, p_opted_out_at timestamp with time
--   zone, p_wish boolean, p_by text, p_occurred_at timestamp with time zone DEFAULT NULL::timestamp
--   with time zone, p_evidence jsonb DEFAULT NULL::jsonb) returns text
-- function refuse_change() returns trigger
-- function say_no_again(p_profile_id text, p_channel text, p_acted timestamp with time zone)
--   returns void
-- function search_pattern(p_before text, p_word text) returns text
-- function search_text(p_properties jsonb, p_id text, p_phone_number text, p_email text,
--   p_fb_messenger_id text, p_whats_app_id text) returns text
-- function search_tokens(p_properties jsonb, p_id text, p_phone_number text, p_email text,
--   p_fb_messenger_id text, p_whats_app_id text) returns text[]
-- function send_message(p_profile_id text, p_rules jsonb, p_require_opt_in boolean, p_title text,
--   p_body text, p_custom_body jsonb, p_metadata jsonb, p_expires_on timestamp with time zone, OUT
--   message_id bigint, OUT chosen text, OUT reasons jsonb) returns record
-- function serves_country(p_form_id text, p_country text) returns boolean
-- function set_defaults(p_opt_in jsonb, p_actor jsonb) returns jsonb
-- function set_flag(p_profile_id text, p_channel text, p_opted_in boolean, p_source text, p_actor
--   jsonb, p_reason text DEFAULT NULL::text, p_evidence jsonb DEFAULT NULL::jsonb, p_at timestamp
--   with time zone DEFAULT NULL::timestamp with time zone, p_follows boolean DEFAULT false,
--   p_occurred_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_replaces
--   boolean DEFAULT false, p_twins boolean DEFAULT true) returns bigint
-- function set_flags(p_profile_id text, p_opt_in jsonb, p_source text, p_actor jsonb, p_reason text
--   DEFAULT NULL::text, p_evidence jsonb DEFAULT NULL::jsonb, p_all boolean DEFAULT false) returns
--   TABLE(channel text, opted_in boolean, source text, acted_at timestamp with time zone, refusal
--   text)
-- function set_linked_flags(p_link jsonb, p_own boolean, p_opt_in jsonb, p_source text, p_actor
--   jsonb, p_reason text, p_limit integer) returns TABLE(wait integer, profile_id text, channel
--   text, address text, opted_in boolean, source text, since timestamp with time zone, actor jsonb,
--   event_id bigint, asked boolean, refusal text)
-- function slim_flags(p_limit integer) returns boolean
-- function spellings(p_kind text, p_address text) returns text[]
-- function submit_form(p_form_id text, p_wording integer, p_kind text, p_address text, p_country
--   text, p_origin text, p_client text, p_client_limit integer, p_address_limit integer,
--   p_confirm_limit integer, p_budgets jsonb, p_evidence jsonb, p_secret text, p_language text,
--   p_title text, p_body text, p_refused boolean, OUT outcome text, OUT wait integer, OUT thank_you
--   text) returns record
-- function sum_events(p_after bigint, p_to bigint) returns TABLE(slot timestamp with time zone,
--   channel text, source text, opt_ins bigint, opt_outs bigint, begun bigint)
-- function take_client_limit(p_what text, p_client text, p_limit integer, p_seconds integer)
--   returns integer
-- function take_due_messages(p_channels jsonb, p_limit integer) returns bigint[]
-- function take_limit(p_key bytea, p_limit integer, p_seconds integer) returns integer
-- function take_turn(p_key bytea, p_burst integer, p_seconds integer) returns integer
-- function twins() returns TABLE(id text, key text)
-- function twins_of(p_ids text[]) returns TABLE(id text, twin_id text)
-- function unsubscribe(p_link jsonb, OUT done boolean, OUT shown text) returns record
-- function unsubscriber(p_link jsonb, OUT person text, OUT shown text) returns record
-- function uses_of(p_key bytea) returns integer
-- function was_in_before(p_profile_id text, p_channel text) returns boolean
-- function why_held_back(p_form_id text, p_number text, p_country text, p_budgets jsonb) returns
--   text
-- function why_kept(p_source text) returns text
-- function why_no_confirmation(p_channel text, p_address text) returns text
-- function why_not(require_opt_in boolean, opted_in boolean, source text, address text) returns
--   text
-- function why_not_open(form forms, p_origin text) returns text
-- function word_tokens(p_begins boolean, p_word text) returns text[]

CREATE TRIGGER defaults_never_change BEFORE DELETE OR UPDATE OR TRUNCATE ON defaults FOR EACH
  STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_are_append_only BEFORE DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE
  FUNCTION refuse_change();
CREATE TRIGGER events_never_change BEFORE UPDATE ON events FOR EACH ROW WHEN (((new.reason IS NOT
  NULL) OR (old.reason IS NULL) OR (((((((((((new.profile_id IS DISTINCT FROM old.profile_id) OR
    (new.id IS DISTINCT FROM old.id)) OR (new.channel IS DISTINCT FROM old.channel)) OR
      (new.from_opted_in IS DISTINCT FROM old.from_opted_in)) OR (new.to_opted_in IS DISTINCT FROM
        old.to_opted_in)) OR (new.source IS DISTINCT FROM old.source)) OR (new.at IS DISTINCT FROM
          old.at)) OR (new.actor IS DISTINCT FROM old.actor)) OR (new.occurred_at IS DISTINCT FROM
            old.occurred_at)) OR (new.refusal IS DISTINCT FROM old.refusal)) OR (new.began_with IS
              DISTINCT FROM old.began_with)))) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER messages_end_in_doubt BEFORE UPDATE ON messages FOR EACH ROW WHEN (((old.status =
  'processing'::text) AND (new.status = ANY (ARRAY['failed'::text, 'filtered'::text,
    'expired'::text, 'cancelled'::text])) AND ((new.doubt IS NOT NULL) OR (new.attempt_began_at IS
      NOT NULL)))) EXECUTE FUNCTION end_in_doubt();
CREATE TRIGGER profiles_begin_short BEFORE INSERT ON profiles FOR EACH ROW WHEN ((new.properties <>
  '{}'::jsonb)) EXECUTE FUNCTION cap_properties();
CREATE TRIGGER profiles_stay_short BEFORE UPDATE OF properties ON profiles FOR EACH ROW WHEN
  ((old.properties IS DISTINCT FROM new.properties)) EXECUTE FUNCTION cap_properties();
CREATE TRIGGER wordings_never_change BEFORE DELETE OR UPDATE OR TRUNCATE ON wordings FOR EACH
  STATEMENT EXECUTE FUNCTION refuse_change();
