-- Updates that wait, or waited, until a person acknowledges them (see ../../attention.ts): one row for each that has flags, filled in from
-- the entries by the code that runs this migration. `acknowledgement` is JSON: who, when and why.
create table attention_items (
  position integer primary key,
  customer_id text not null,
  flags integer not null,
  is_open integer not null,
  acknowledgement text
) strict;
create index attention_items_open on attention_items (flags, position) where is_open = 1;
create index attention_items_by_customer on attention_items (customer_id, position);

-- What one person decided where two are required (see ../../pending-decisions.ts). `decision` is JSON.
create table pending_decisions (
  customer_id text primary key,
  revision integer not null,
  decision text not null
) strict, without rowid;

-- What happened on each day, in UTC (see ../../statistics.ts). `day` counts from 1970.
create table daily_statistics (
  day integer not null,
  metric integer not null,
  key text not null,
  count integer not null,
  primary key (day, metric, key)
) strict, without rowid;
