-- Validates the closed lists of the migration before. Others may read and write meanwhile.
alter table inbounds validate constraint inbounds_review_known;
alter table inbounds validate constraint inbounds_answer_known;
