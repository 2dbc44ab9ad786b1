// The schema of a database as text, as in docs/schema.sql.

import type { Sql } from "../../server/database/connect.ts";

const head = `-- The whole schema as it is: tables, indexes, views, triggers, and the signature of
  each function, whose
-- text stands in server/<room>/<function>.sql. Made by \`npm run schema\`; a test compares it.`;

/**
 * Tables with their columns, constraints and indexes, then views, functions and triggers, by name.
 */
export async function describeSchema(sql: Sql): Promise<string> {
  const tables = await sql<{ text: string }[]>`
    select format(E'create %stable %s (\n%s\n);%s',
      case c.relpersistence when 'u' then 'unlogged ' else '' end, c.relname,
      (
        select string_agg('  ' || line, E',\n' order by position) from (
          select a.attnum as position,
            concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
            case when a.attcollation <> t.typcollation then format('collate %I', l.collname) end,
            case when a.attidentity <> '' then 'generated always as identity' end,
            case when d.adbin is not null then 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
            case when a.attnotnull then 'not null' end) as line
          from pg_attribute a
          join pg_type t on t.oid = a.atttypid
          left join pg_collation l on l.oid = a.attcollation
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          union all
          select 1000 + row_number() over (order by k.contype desc, k.conname),
            format('constraint %s %s', k.conname, pg_get_constraintdef(k.oid))
          from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n'
        ) lines
      ),
      (
        select string_agg(E'\n' || pg_get_indexdef(i.indexrelid) || ';', '' order by n.relname)
        from pg_index i join pg_class n on n.oid = i.indexrelid
        where i.indrelid = c.oid and not exists (
          select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid
        )
      )) as text
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
    order by c.relname
  `;
  const views = await sql<{ text: string }[]>`
    select format(E'create view %s as\n%s', c.relname, pg_get_viewdef(c.oid, true)) as text
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'v'
    order by c.relname
  `;
  const functions = await sql<{ text: string }[]>`
    select format(E'-- function %s(%s)%s', f.proname,
      pg_get_function_arguments(f.oid), ' returns ' || pg_get_function_result(f.oid)) as text
    from pg_proc f
    where f.pronamespace = current_schema()::regnamespace and not exists (
      select from pg_depend d where d.objid = f.oid and d.deptype = 'e'
    )
    order by 1
  `;
  const triggers = await sql<{ text: string }[]>`
    select pg_get_triggerdef(t.oid) || ';' as text
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace
    order by c.relname, t.tgname
  `;
  const parts = [tables, views, functions, triggers].map((rows) => rows.map(({ text }) => text));
  const [made = [], shown = [], called = [], fired = []] = parts;
  const text = [head, ...made, ...shown, called.join("\n"), fired.join("\n")].join("\n\n");
  return `${text.replaceAll("public.", "").split("\n").map(wrapped).join("\n")}\n`;
}

/** The full text of every function, to compare two databases. */
export async function functionTexts(sql: Sql): Promise<string[]> {
  const functions = await sql<{ text: string }[]>`
    select pg_get_functiondef(f.oid) as text from pg_proc f
    where f.pronamespace = current_schema()::regnamespace and not exists (
      select from pg_depend d where d.objid = f.oid and d.deptype = 'e'
    )
    order by 1
  `;
  return functions.map(({ text }) => text);
}

/** Breaks a line at spaces to at most 100 columns; continuations are indented, or stay comments. */
function wrapped(line: string): string {
  if (line.length <= 100) return line;
  const at = line.lastIndexOf(" ", 100);
  if (at < 40) return line;
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const next = line.startsWith("--") ? "--   " : `${indent}  `;
  return `${line.slice(0, at)}\n${wrapped(next + line.slice(at + 1))}`;
}
