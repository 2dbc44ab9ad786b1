-- What the person saw who agreed to a form, as the actor of an event or flag names it; null where
-- it names no wording. It stays readable when the form is deleted.
create or replace function agreed_wording(p_actor jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object('form', w.form_id, 'number', w.number,
    'confirmationMessage', w.confirmation_message, 'buttonText', w.button_text)
  from wordings w
  where w.form_id = p_actor ->> 'form' and w.number = (p_actor ->> 'wording')::int
$$;
