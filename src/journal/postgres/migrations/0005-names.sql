-- Standard names: a dead letter has a category, and what XGateway's API is to be asked is a confirmation task.
alter table dead_letters rename column shelf to category;
alter index dead_letters_by_shelf rename to dead_letters_by_category;

alter table questions rename to confirmation_tasks;
alter index questions_by_turn rename to confirmation_tasks_by_due_at;
