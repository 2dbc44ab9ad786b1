-- The address that limits count: one for all spellings that reach one mailbox. What follows a plus
-- sign is a tag nearly everywhere; Gmail ignores dots, too. Never an address to send to: two
-- mailboxes that differ here alone only share a limit.
create or replace function limited_address(p_kind text, p_address text) returns text
language sql immutable
as $$
  select case
    when p_kind = 'phoneNumber' then match_key(p_address)
    when p_kind <> 'email' then p_address
    when mailbox.domain in ('gmail.com', 'googlemail.com')
      then replace(mailbox.name, '.', '') || '@gmail.com'
    else mailbox.name || '@' || mailbox.domain
  end
  from (
    select regexp_replace(lower(p_address), '(.)\+.*@[^@]*$|@[^@]*$', '\1') as name,
      regexp_replace(lower(p_address), '^.*@', '') as domain
  ) mailbox
$$;
