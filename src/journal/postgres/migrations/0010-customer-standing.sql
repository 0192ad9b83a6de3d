-- What customers are listed by: the standing of their latest update (see customer-filter.ts) and when it was received. The index by
-- status is replaced, so there is not one more to keep. Filled in from the entries by the code that runs this migration.
-- Appending takes both, so what releases before this one called is gone: their instances answer 503 until they are replaced, rather than
-- leave customers where they no longer belong.
alter table customers add column standing integer not null default 0;
alter table customers add column changed_at bigint not null default 0;
drop index customers_by_status;
create index customers_by_status on customers (status, standing, position, changed_at);

drop function if exists append_alone;
drop function if exists append_batch;
drop function if exists append_entries;

-- As before (see 0001), with the two columns.
create function append_entries(
  seed bytea,
  entry_customers text[], revisions integer[], contents text[], content_digests bytea[],
  changed_customers text[], positions_before bigint[], latest_entries integer[], new_statuses text[],
  first_seen bigint[], confirmed bigint[], new_fingerprints bytea[],
  changed_statuses text[], status_changes bigint[],
  new_standings integer[], new_times bigint[],
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
  insert into customers (customer_id, position, status, first_seen_at, confirmed_at, fingerprints, standing, changed_at)
    select new.customer_id, coalesce(head_position + 1 + new.entry, new.position_before), new.status, new.first_seen_at,
      new.confirmed_at, new.fingerprints, new.standing, new.changed_at
    from unnest(changed_customers, positions_before, latest_entries, new_statuses, first_seen, confirmed, new_fingerprints,
        new_standings, new_times)
      as new (customer_id, position_before, entry, status, first_seen_at, confirmed_at, fingerprints, standing, changed_at)
    on conflict (customer_id) do update set position = excluded.position, status = excluded.status,
      confirmed_at = excluded.confirmed_at, fingerprints = excluded.fingerprints, standing = excluded.standing,
      changed_at = excluded.changed_at;
  insert into status_counts as old (status, customers)
    select * from unnest(changed_statuses, status_changes)
    on conflict (status) do update set customers = old.customers + excluded.customers;
end
$$;

-- As before (see 0004), with the two columns.
create function append_batch(
  seed bytea,
  entry_customers text[], revisions integer[], contents text[], content_digests bytea[],
  changed_customers text[], positions_before bigint[], latest_entries integer[], new_statuses text[],
  first_seen bigint[], confirmed bigint[], new_fingerprints bytea[],
  changed_statuses text[], status_changes bigint[],
  new_standings integer[], new_times bigint[],
  out head_position bigint, out head_digest bytea
) language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Appending has to see what was committed before its turn.' using errcode = 'serialization_failure';
  end if;
  perform set_config('synchronous_commit', 'on', true);
  perform pg_advisory_xact_lock(7106300);

  if cardinality(contents) <> 1 or cardinality(changed_customers) <> 1 then
    select * into head_position, head_digest from append_entries(
      seed, entry_customers, revisions, contents, content_digests, changed_customers, positions_before, latest_entries,
      new_statuses, first_seen, confirmed, new_fingerprints, changed_statuses, status_changes, new_standings, new_times);
    return;
  end if;

  select position, digest into head_position, head_digest from entries order by position desc limit 1;
  head_position := coalesce(head_position, 0);
  head_digest := coalesce(head_digest, seed);
  if positions_before[1] is null then
    insert into customers (customer_id, position, status, first_seen_at, confirmed_at, fingerprints, standing, changed_at)
      values (changed_customers[1], head_position + 1, new_statuses[1], first_seen[1], confirmed[1], new_fingerprints[1],
        new_standings[1], new_times[1])
      on conflict (customer_id) do nothing;
  else
    update customers set position = head_position + 1, status = new_statuses[1], confirmed_at = confirmed[1],
        fingerprints = new_fingerprints[1], standing = new_standings[1], changed_at = new_times[1]
      where customer_id = changed_customers[1] and position = positions_before[1];
  end if;
  if not found then
    raise exception 'A customer has changed since the batch was decided.' using errcode = 'serialization_failure';
  end if;
  insert into entries (position, customer_id, revision, content, digest)
    values (head_position + 1, entry_customers[1], revisions[1], contents[1], sha256(head_digest || content_digests[1]));
  if cardinality(changed_statuses) > 0 then
    insert into status_counts as old (status, customers)
      select * from unnest(changed_statuses, status_changes)
      on conflict (status) do update set customers = old.customers + excluded.customers;
  end if;
end
$$;
