-- From where on profiles of version 0.3 still have a row for each flag that only a default set. The
-- servers take those away in the background (see slim_flags); the row here goes with the last.
insert into settings (name, value)
select 'slim_flags_after', '' where exists (select from asked_flags where source = 'default');
