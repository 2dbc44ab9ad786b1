-- When the person acted, where that is not when the event was written: null there.
alter table events add column occurred_at timestamptz;

-- Why the wish that an event tells of was not followed: such an event changes nothing.
alter table events add column refusal text;
alter table events add constraint events_refused_change_nothing
  check (refusal is null or to_opted_in = from_opted_in) not valid;

-- When the person opted out; null where that was not written down.
alter table kept_opt_outs add column occurred_at timestamptz;
