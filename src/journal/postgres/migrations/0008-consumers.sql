-- Named consumers (see ../../consumers.ts): how far each has come, and who runs it.
create table consumers (
  name text collate "C" primary key,
  position bigint not null,
  digest bytea not null,
  fence bigint not null,
  holder text,
  beats bigint not null,
  changes bigint not null,
  state text not null,
  error text
);

-- Updates that are being retried, or wait behind one of the same customer that is.
create table consumer_retries (
  consumer text collate "C" not null,
  position bigint not null,
  customer_id text collate "C" not null,
  attempts integer not null,
  replayed integer not null,
  primary key (consumer, position)
);
create index consumer_retries_by_customer on consumer_retries (customer_id);

-- Updates that a consumer gave up.
create table consumer_dead_letters (
  id bigint generated always as identity primary key,
  consumer text collate "C" not null,
  position bigint not null,
  customer_id text collate "C" not null,
  attempts integer not null,
  error text not null,
  failed_at bigint not null
);
create unique index consumer_dead_letters_by_position on consumer_dead_letters (consumer, position);
create index consumer_dead_letters_by_consumer on consumer_dead_letters (consumer, id);
create index consumer_dead_letters_by_customer on consumer_dead_letters (customer_id);
