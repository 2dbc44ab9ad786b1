create or replace trigger wordings_never_change before update or delete or truncate on wordings
for each statement execute function refuse_change();
