-- What the servers that share this database keep in common: generated keys, limits, idempotency.

create table settings (
  name text primary key,
  value text not null
);

-- The key of address_hash(): HMAC-SHA-256 (RFC 2104), its two pads worked out once. Independent of SECRET,
-- so that rotating SECRET never forgets whose opt-out a hash keeps.
do $$
declare
  key bytea := sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
begin
  for i in 0..31 loop
    inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
    outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
  end loop;
  insert into settings (name, value) values
    ('address_key_inner_pad', encode(inner_pad, 'hex')),
    ('address_key_outer_pad', encode(outer_pad, 'hex'));
end
$$;

-- A keyed hash of an address: tells whether it is the same address, and nothing else. The case of an e-mail address
-- makes no other mailbox.
create function address_hash(kind text, address text) returns bytea
language sql stable
as $$
  select sha256(decode(outer_pad.value, 'hex') || sha256(decode(inner_pad.value, 'hex') || convert_to(kind || ':' || case kind when 'email' then lower(address) else address end, 'UTF8')))
  from settings inner_pad, settings outer_pad
  where inner_pad.name = 'address_key_inner_pad' and outer_pad.name = 'address_key_outer_pad'
$$;

-- How often a client, or an address, has been here within its window. Keys are hashes. Unlogged: a crash of the database
-- forgets the counts and nothing else, and a submission writes half as much to the log.
create unlogged table limits (
  key bytea primary key,
  used int not null,
  ends_at timestamptz not null
);

create index limits_ends_at on limits (ends_at);

-- Counts one use of a key; 0 when it is within the limit, else the seconds until it may be used again.
-- A limit of 0 means none. Past the limit the row is only read, so a flood waits for no lock.
create function take_limit(p_key bytea, p_limit int, p_seconds int) returns int
language plpgsql
-- A plan made while the table was empty, which it is after every quiet hour, would scan it when it is full.
set enable_seqscan = off
as $$
declare
  kept limits;
begin
  if p_limit = 0 then
    return 0;
  end if;
  -- By its key alone: given `ends_at > now()` too, the same plan would walk limits_ends_at.
  select * into kept from limits where key = p_key;
  if kept.used >= p_limit and kept.ends_at > now() then
    return ceil(extract(epoch from kept.ends_at - now()));
  end if;
  insert into limits as l (key, used, ends_at)
  values (p_key, 1, now() + make_interval(secs => p_seconds))
  on conflict (key) do update set
    used = case when l.ends_at <= now() then 1 else l.used + 1 end,
    ends_at = case when l.ends_at <= now() then excluded.ends_at else l.ends_at end
  where l.ends_at <= now() or l.used < p_limit;
  return case when found then 0 else 1 end;
end
$$;

-- The answers of POSTs that carried an Idempotency-Key, committed with their effects.
create table idempotency_keys (
  scope text not null,
  key text not null,
  request_hash bytea not null,
  status int not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);

create index idempotency_keys_created_at on idempotency_keys (created_at);

-- API keys. The key itself is kept nowhere: 256 random bits need no slow hash.
create table keys (
  id text primary key,
  name text not null,
  hash bytea not null unique,
  scopes jsonb not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
