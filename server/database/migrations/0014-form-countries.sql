-- The countries to whose numbers a form sends codes: null is the form's own country, an empty list
-- is every country.
alter table forms add column countries jsonb;
