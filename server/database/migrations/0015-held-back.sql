-- What was held back of what forms were asked to send: how often, why, and to which numbers. No
-- whole number: 10,000 at least share a prefix. Unlogged, as limits are: a crash of the database
-- forgets the counts and nothing else. form_id, country and prefix are empty where they do not
-- matter.
create unlogged table held_back (
  reason text not null check (reason in ('number_type', 'country_not_served', 'country_budget',
    'prefix_budget', 'unconfirmed')),
  form_id text not null,
  country text not null,
  prefix text not null,
  times int not null default 1,
  since timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (reason, form_id, country, prefix)
);
