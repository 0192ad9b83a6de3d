-- What people who signed in did, one row an operation, and whose data it opened. `key` is chosen by the writer: a write whose outcome is
-- unknown is repeated without a second row. `ended` is 0 while the outcome is unknown.
create table audit_log (
  id integer primary key autoincrement,
  key text not null,
  at integer not null,
  issuer text,
  subject text not null,
  name text not null,
  type text not null,
  operation text,
  fields text not null,
  ended integer not null,
  codes text not null,
  request_id text
) strict;
create unique index audit_log_by_key on audit_log (key);
create index audit_log_by_time on audit_log (at, id);
create index audit_log_by_subject on audit_log (subject, at, id);
create index audit_log_by_name on audit_log (name, at, id);

-- Customers by the entries that opened them. Erasing a customer replaces their ID.
create table audit_customers (
  customer_id text not null,
  at integer not null,
  entry_id integer not null,
  primary key (customer_id, at, entry_id)
) strict, without rowid;
create index audit_customers_by_entry on audit_customers (entry_id);
