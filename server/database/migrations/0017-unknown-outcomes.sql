-- Why a message may have been received though no attempt at it ended well; null where it cannot.
alter table messages add column doubt text;
