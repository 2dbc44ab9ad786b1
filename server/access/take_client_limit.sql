-- Counts one use by a client, as take_limit does. An IPv6 client is a /64 network, and whoever has
-- a /48 has 65,536 of those: four times the limit is what a whole /48 gets.
create or replace function take_client_limit(p_what text, p_client text, p_limit int,
  p_seconds int) returns int
language plpgsql
as $$
declare
  wait int := take_limit(address_hash(p_what, p_client), p_limit, p_seconds);
begin
  if wait = 0 and p_client like '%:%' then
    wait := take_limit(
      address_hash(p_what, network(set_masklen(p_client::inet, 48))::text), 4 * p_limit, p_seconds
    );
  end if;
  return wait;
end
$$;
