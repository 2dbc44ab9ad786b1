-- No trigger on a table that grows with people reads or writes another table, nor does a foreign
-- key: what has to happen stands in the functions that need it.
drop trigger confirmations_end_message on confirmations;
drop function end_confirmation_message();
drop trigger kept_opt_outs_drop_confirmations on kept_opt_outs;
drop function drop_confirmations_of_kept();
alter table confirmations drop constraint confirmations_channel_fkey;

-- Closed lists, as the schemas have them. The next migration validates what is here already, under
-- a lock that lets others write.
alter table asked_flags
  add constraint asked_flags_channel_known check (channel in
    ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid,
  add constraint asked_flags_source_known check (source in
    ('default', 'form', 'rule', 'api', 'portal', 'preferences', 'unsubscribe', 'import', 'carrier',
      'forgotten')) not valid;
alter table events
  add constraint events_channel_known check (channel in
    ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid,
  add constraint events_source_known check (source in
    ('default', 'form', 'rule', 'api', 'portal', 'preferences', 'unsubscribe', 'import', 'carrier',
      'forgotten')) not valid,
  add constraint events_refusal_known check (refusal in
    ('already_so', 'older_than_opt_out', 'forgotten', 'carrier_opted_out', 'person_opted_out',
      'opted_out')) not valid,
  -- A beginning names the number of the defaults, anything else a channel and what became of it.
  add constraint events_begin_or_change check (
    (channel is null) = (began_with is not null) and (channel is null) = (to_opted_in is null)
  ) not valid;
alter table kept_opt_outs
  add constraint kept_opt_outs_channel_known check (channel in
    ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid,
  add constraint kept_opt_outs_source_known check (source in
    ('default', 'form', 'rule', 'api', 'portal', 'preferences', 'unsubscribe', 'import', 'carrier',
      'forgotten')) not valid;
alter table confirmations add constraint confirmations_channel_known check (channel in
  ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid;
alter table messages
  add constraint messages_channel_known check (channel in
    ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid,
  add constraint messages_status_known check (status in
    ('processing', 'sent', 'delivered', 'read', 'failed', 'unknown', 'expired', 'filtered',
      'cancelled')) not valid;
alter table inbounds
  add constraint inbounds_channel_known check (channel in
    ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid,
  add constraint inbounds_action_known check (action in
    ('optIn', 'optOut', 'reply', 'none')) not valid;
alter table broadcasts
  add constraint broadcasts_channel_known check (channel in
    ('sms', 'whatsApp', 'email', 'rcs', 'fbMessenger', 'appMessaging')) not valid,
  add constraint broadcasts_status_known check (status in
    ('sending', 'paused', 'done', 'cancelled')) not valid;
alter table rules add constraint rules_action_known check (action in
  ('optIn', 'optOut', 'reply')) not valid;
