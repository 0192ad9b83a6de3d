-- Facts about the journal itself: its ID, the key of its cursors, the seed of its digest chain.
create table journal_facts (
  name text collate "C" primary key,
  value bytea not null
);

-- One row an update, never changed. `content` is the JSON that `digest` covers.
create table entries (
  position bigint primary key,
  customer_id text collate "C" not null,
  revision integer not null,
  content text not null,
  digest bytea not null
);

create unique index entries_by_customer on entries (customer_id, revision);

-- One row a customer: where their latest entry is, and what the update rule has to know besides.
-- `status` is JSON (null, or a string with its escapes): what was sent may hold characters that no text column takes.
create table customers (
  customer_id text collate "C" primary key,
  position bigint not null,
  status text collate "C" not null,
  first_seen_at bigint not null,
  confirmed_at bigint,
  fingerprints bytea not null
);

create unique index customers_by_position on customers (position);
create index customers_by_status on customers (status, position);

-- How many customers are in each status (as JSON), kept with every commit.
create table status_counts (
  status text collate "C" primary key,
  customers bigint not null
);
