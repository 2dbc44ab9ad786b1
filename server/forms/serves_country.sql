-- Whether a form sends codes to the numbers of a country: those that it names, else its own, which
-- is that of its current wording, whichever was shown. One that names none serves every country.
create or replace function serves_country(p_form_id text, p_country text) returns boolean
language sql stable
as $$
  select case
    when f.countries is not null then f.countries = '[]' or coalesce(f.countries ? p_country, false)
    else w.default_country is null or w.default_country is not distinct from p_country
  end
  from forms f join wordings w on w.form_id = f.id and w.number = f.wording
  where f.id = p_form_id
$$;
