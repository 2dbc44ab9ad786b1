-- Why a form takes nothing from a page of this origin, null where it does: 'not_found', 'gone'
-- where it was deleted or paused, 'origin_not_allowed'. p_origin is null for our own pages and for
-- no browser.
create or replace function why_not_open(form forms, p_origin text) returns text
language sql immutable
as $$
  select case
    when form.id is null then 'not_found'
    when form.deleted_at is not null or not form.active then 'gone'
    when p_origin is not null and form.allowed_origins <> '[]'
      and not form.allowed_origins ? p_origin then 'origin_not_allowed'
  end
$$;
