-- When a person who is opted out said so again, without an event of its own: an opt-in needs a word
-- that is newer than this.
alter table asked_flags add column said_again_at timestamptz;
