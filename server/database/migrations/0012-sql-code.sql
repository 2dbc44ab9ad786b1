-- Which functions, views and triggers (server/*/*.sql) this database was last given, and by which version.
create table sql_code (
  one boolean primary key default true check (one),
  version text not null,
  hash text not null,
  applied_at timestamptz not null default now()
);
