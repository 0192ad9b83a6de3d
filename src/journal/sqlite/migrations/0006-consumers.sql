-- Named consumers (see ../../consumers.ts): how far each has come, and who runs it.
create table consumers (
  name text primary key,
  position integer not null,
  digest blob not null,
  fence integer not null,
  holder text,
  beats integer not null,
  changes integer not null,
  state text not null,
  error text
) strict, without rowid;

-- Updates that are being retried, or wait behind one of the same customer that is.
create table consumer_retries (
  consumer text not null,
  position integer not null,
  customer_id text not null,
  attempts integer not null,
  replayed integer not null,
  primary key (consumer, position)
) strict, without rowid;
create index consumer_retries_by_customer on consumer_retries (customer_id);

-- Updates that a consumer gave up.
create table consumer_dead_letters (
  id integer primary key autoincrement,
  consumer text not null,
  position integer not null,
  customer_id text not null,
  attempts integer not null,
  error text not null,
  failed_at integer not null
) strict;
create unique index consumer_dead_letters_by_position on consumer_dead_letters (consumer, position);
create index consumer_dead_letters_by_consumer on consumer_dead_letters (consumer, id);
create index consumer_dead_letters_by_customer on consumer_dead_letters (customer_id);
