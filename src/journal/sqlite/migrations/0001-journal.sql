-- Facts about the journal itself: its ID, the key of its cursors, the seed of its digest chain.
create table journal_facts (
  name text primary key,
  value blob not null
) strict, without rowid;

-- One row an update, never changed. `content` is the JSON that `digest` covers.
create table entries (
  position integer primary key,
  customer_id text not null,
  revision integer not null,
  content text not null,
  digest blob not null
) strict;

create unique index entries_by_customer on entries (customer_id, revision);

-- One row a customer. The row's key is the position of their latest entry, so that the table itself is the list of
-- customers by their last change. `status` is JSON (null, or a string with its escapes): SQLite folds lone surrogates.
create table customers (
  position integer primary key,
  customer_id text not null unique,
  status text not null,
  first_seen_at integer not null,
  confirmed_at integer,
  fingerprints blob not null
) strict;

create index customers_by_status on customers (status, position);

-- How many customers are in each status (as JSON), kept with every commit.
create table status_counts (
  status text primary key,
  customers integer not null
) strict, without rowid;
