-- The lists of broadcasts while they are judged: a list comes in batches, and no row outlives its
-- transaction.
-- What is left after a crash is worth nothing, so nothing of it is written ahead.
create unlogged table audience_entries (
  list text not null,
  position int not null,
  given text not null,
  profile_id text
);
