-- Validates the closed lists of the migrations before, in one pass over each table. Others may read
-- and write meanwhile.
alter table asked_flags
  validate constraint asked_flags_channel_known,
  validate constraint asked_flags_source_known;
alter table events
  validate constraint events_channel_known,
  validate constraint events_source_known,
  validate constraint events_refusal_known,
  validate constraint events_refused_change_nothing,
  validate constraint events_begin_or_change;
alter table kept_opt_outs
  validate constraint kept_opt_outs_channel_known,
  validate constraint kept_opt_outs_source_known;
alter table confirmations validate constraint confirmations_channel_known;
alter table messages
  validate constraint messages_channel_known,
  validate constraint messages_status_known;
alter table inbounds
  validate constraint inbounds_channel_known,
  validate constraint inbounds_action_known;
alter table broadcasts
  validate constraint broadcasts_channel_known,
  validate constraint broadcasts_status_known;
alter table rules validate constraint rules_action_known;
