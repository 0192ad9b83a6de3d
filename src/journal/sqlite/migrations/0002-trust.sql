-- Callbacks that were not recorded. `problems` is a JSON list; `fingerprint` tells a repeated delivery.
create table dead_letters (
  id integer primary key autoincrement,
  shelf text not null,
  reason text not null,
  problems text not null,
  customer_id text,
  body text not null,
  bytes integer not null,
  hash_digest blob,
  fingerprint blob not null,
  first_seen_at integer not null,
  last_seen_at integer not null,
  count integer not null
) strict;

-- What a shelf holds is summed over the index alone.
create index dead_letters_by_shelf on dead_letters (shelf, id, bytes);
create index dead_letters_by_fingerprint on dead_letters (fingerprint);
create index dead_letters_by_customer on dead_letters (customer_id, id);

-- Whom XGateway's API is to be asked about. A question that is under way is due again when its asker has given up.
create table questions (
  customer_id text primary key,
  urgent integer not null,
  due_at integer not null,
  attempts integer not null
) strict, without rowid;

create index questions_by_turn on questions (urgent desc, due_at);
