-- How far the journal has been considered for confirmation tasks, under the name that the tasks have.
update journal_facts set name = 'confirmation_progress' where name = 'question_progress';
