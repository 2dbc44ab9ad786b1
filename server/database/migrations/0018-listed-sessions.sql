-- Where a session of the portal came from: which way it was signed in, from which network (/24 of
-- IPv4, /48 of IPv6) and browser, and with whose key the sign-in link was made. Null: an older
-- version did not write it down.
alter table sessions
  add column way text check (way in ('password', 'link')),
  add column client text,
  add column user_agent text,
  add column key_id text references keys (id);

alter table sign_in_links add column key_id text references keys (id);
