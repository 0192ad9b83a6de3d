-- What people who signed in did, one row an operation, and whose data it opened. `key` is chosen by the writer: a write whose outcome is
-- unknown is repeated without a second row. `ended` is false while the outcome is unknown.
create table audit_log (
  id bigint generated always as identity primary key,
  key text not null,
  at bigint not null,
  issuer text,
  subject text not null,
  name text not null,
  type text not null,
  operation text,
  fields text not null,
  ended boolean not null,
  codes text not null,
  request_id text
);
create unique index audit_log_by_key on audit_log (key);
create index audit_log_by_time on audit_log (at, id);
create index audit_log_by_subject on audit_log (subject, at, id);
create index audit_log_by_name on audit_log (name, at, id);

-- Customers by the entries that opened them. Erasing a customer replaces their ID.
create table audit_customers (
  customer_id text not null,
  at bigint not null,
  entry_id bigint not null,
  primary key (customer_id, at, entry_id)
);
create index audit_customers_by_entry on audit_customers (entry_id);
