-- Standard names: a dead letter has a category, and what XGateway's API is to be asked is a confirmation task.
alter table dead_letters rename column shelf to category;
drop index dead_letters_by_shelf;
create index dead_letters_by_category on dead_letters (category, id, bytes);

alter table questions rename to confirmation_tasks;
drop index questions_by_turn;
create index confirmation_tasks_by_due_at on confirmation_tasks (urgent desc, due_at);
