// A profile as rows: the columns of `profiles p`, and its flags.

import type { Sql } from "../database/connect.ts";

/** Every field of a profile but `optIn`, from `profiles p`. */
export function profileColumns(sql: Sql) {
  return sql`p.id, p.phone_number as "phoneNumber", p.email, p.fb_messenger_id as "fbMessengerId", p.properties,
    p.created_at as "createdAt", p.updated_at as "updatedAt"`;
}

/** The flags of `profiles p` as `optIn`. */
export function optInColumn(sql: Sql) {
  return sql`(select json_object_agg(f.channel, f.opted_in) from flags f where f.profile_id = p.id) as "optIn"`;
}
