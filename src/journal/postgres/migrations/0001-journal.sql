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

-- Appends a batch that was decided outside the lock, in one call under it: while it is held, nobody waits for a network or for an
-- instance that is busy. The arrays are columns: of the new entries, of the customers that changed, of the statuses that gain or
-- lose customers. A customer who is no longer where they were when the batch was decided fails all of it (40001).
-- Answers with the head that the batch came after.
create function append_entries(
  seed bytea,
  entry_customers text[], revisions integer[], contents text[], content_digests bytea[],
  changed_customers text[], positions_before bigint[], latest_entries integer[], new_statuses text[],
  first_seen bigint[], confirmed bigint[], new_fingerprints bytea[],
  changed_statuses text[], status_changes bigint[],
  out head_position bigint, out head_digest bytea
) language plpgsql as $$
declare
  content_digest bytea;
  chained bytea;
  digests bytea[] := '{}';
begin
  perform from unnest(changed_customers, positions_before) as seen (customer_id, position)
    left join customers as now on now.customer_id = seen.customer_id
    where now.position is distinct from seen.position;
  if found then
    raise exception 'A customer has changed since the batch was decided.' using errcode = 'serialization_failure';
  end if;

  select position, digest into head_position, head_digest from entries order by position desc limit 1;
  head_position := coalesce(head_position, 0);
  head_digest := coalesce(head_digest, seed);
  chained := head_digest;
  foreach content_digest in array content_digests loop
    chained := sha256(chained || content_digest);
    digests := digests || chained;
  end loop;

  insert into entries (position, customer_id, revision, content, digest)
    select head_position + ordinality, new.customer_id, new.revision, new.content, new.digest
    from unnest(entry_customers, revisions, contents, digests) with ordinality
      as new (customer_id, revision, content, digest, ordinality);
  insert into customers (customer_id, position, status, first_seen_at, confirmed_at, fingerprints)
    select new.customer_id, coalesce(head_position + 1 + new.entry, new.position_before), new.status, new.first_seen_at,
      new.confirmed_at, new.fingerprints
    from unnest(changed_customers, positions_before, latest_entries, new_statuses, first_seen, confirmed, new_fingerprints)
      as new (customer_id, position_before, entry, status, first_seen_at, confirmed_at, fingerprints)
    on conflict (customer_id) do update set position = excluded.position, status = excluded.status,
      confirmed_at = excluded.confirmed_at, fingerprints = excluded.fingerprints;
  insert into status_counts as old (status, customers)
    select * from unnest(changed_statuses, status_changes)
    on conflict (status) do update set customers = old.customers + excluded.customers;
end
$$;
