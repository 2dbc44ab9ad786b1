-- Rules that the whole message must match, or what it means; and messages that wait for a person.

alter table rules
  -- beginning: of a message; whole: all of it; meaning: phrases of server/rules/words/
  add column matches text not null default 'beginning',
  -- that it came with; null where somebody made it
  add column preset text,
  add constraint rules_matches_known check (matches in ('beginning', 'whole', 'meaning')),
  add constraint rules_preset_known check (preset in ('stop', 'start', 'help'));

alter table inbounds
  -- likely: it may well be an opt-out, and no rule heard it; unmatched: it is, and nobody was found
  add column review text,
  add column review_reason text,
  -- optOut, no: what a person decided; optedOut: its sender opted out since
  add column answer text,
  add column answered_at timestamptz,
  add constraint inbounds_review_known check (review in ('likely', 'unmatched')) not valid,
  add constraint inbounds_answer_known check (answer in ('optOut', 'no', 'optedOut')) not valid;
create index inbounds_waiting on inbounds (review, id)
  where review is not null and answer is null;
create index inbounds_waiting_of on inbounds (profile_id)
  where review is not null and answer is null;

-- A database that no server ever booted on: it has neither keys nor rules.
insert into settings (name, value)
select 'first_words', 'due'
where not exists (select from keys) and not exists (select from rules)
  and not exists (select from profiles);
