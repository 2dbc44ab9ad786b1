-- Counts for the portal that something was held back of a form, and why. A budget belongs to no
-- form, and what a form does not take to no prefix.
create or replace function count_held_back(p_reason text, p_form_id text, p_country text,
  p_number text) returns void
language sql
as $$
  insert into held_back as h (reason, form_id, country, prefix)
  values (
    p_reason,
    case when p_reason in ('number_type', 'country_not_served') then p_form_id else '' end,
    coalesce(p_country, ''),
    case when p_reason in ('prefix_budget', 'unconfirmed') then number_prefix(p_number) else '' end
  )
  on conflict (reason, form_id, country, prefix)
  do update set times = h.times + 1, last_at = now()
$$;
