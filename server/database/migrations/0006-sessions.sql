-- Who is signed in to the portal. Tokens are 256 random bits and kept as hashes alone.

create table sessions (
  hash bytea primary key,
  id text not null unique,
  -- A keyed hash of the password that was in force: a session ends when that changes.
  made_under bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- Links that sign in once; one that was used is gone.
create table sign_in_links (
  hash bytea primary key,
  expires_at timestamptz not null
);
