-- A random id as newId in ids.ts makes them: 16 letters and digits of the same 32. Its bytes are a
-- uuid's, of which one bit that counts here is fixed: 79 bits are random.
create or replace function new_id() returns text
language plpgsql volatile
as $$
declare
  id bytea := uuid_send(gen_random_uuid());
begin
  for n in 0..15 loop
    id := set_byte(id, n,
      get_byte('0123456789abcdefghjkmnpqrstvwxyz'::bytea, get_byte(id, n) % 32));
  end loop;
  return convert_from(id, 'UTF8');
end
$$;
