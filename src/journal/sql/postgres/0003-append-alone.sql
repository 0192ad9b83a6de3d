-- Appending is one statement and commits by itself: what was a transaction of five statements before. A query inside a volatile
-- function sees what was committed before that query, so the lock is still taken in a statement of its own before anything is read.
-- An instance of an earlier release, which takes the lock first, may go on beside those of this one. Its plans do not depend on
-- what is in the arrays: they are made once for each connection, and use the indexes also where the tables were still empty then.
create or replace function append_entries(
  seed bytea,
  entry_customers text[], revisions integer[], contents text[], content_digests bytea[],
  changed_customers text[], positions_before bigint[], latest_entries integer[], new_statuses text[],
  first_seen bigint[], confirmed bigint[], new_fingerprints bytea[],
  changed_statuses text[], status_changes bigint[],
  out head_position bigint, out head_digest bytea
) language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  content_digest bytea;
  chained bytea;
  digests bytea[] := '{}';
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Appending has to see what was committed before its turn.' using errcode = 'serialization_failure';
  end if;
  perform set_config('synchronous_commit', 'on', true);
  perform pg_advisory_xact_lock(7106300);

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
