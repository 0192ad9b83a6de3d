-- What customers are listed by: the standing of their latest update (see customer-filter.ts) and when it was received. The index by
-- status is replaced, so there is not one more to keep. Filled in from the entries by the code that runs this migration.
alter table customers add column standing integer not null default 0;
alter table customers add column changed_at integer not null default 0;
drop index customers_by_status;
create index customers_by_status on customers (status, standing, position, changed_at);
