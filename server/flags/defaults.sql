create or replace trigger defaults_never_change before update or delete or truncate on defaults
for each statement execute function refuse_change();
