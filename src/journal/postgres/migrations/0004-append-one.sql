-- A batch of one entry, which is what a journal sees that is not busy, is appended row by row: arrays that are read as tables cost
-- it a third of its time under the lock. Everything else is as `append_entries` does it, for the same arguments and with the
-- same results. Customers come first: when one has changed since the batch was decided, that is what is found, and not that their
-- next revision is taken. It stands beside `append_alone`, which a running instance of the release before goes on calling.
create function append_batch(
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
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Appending has to see what was committed before its turn.' using errcode = 'serialization_failure';
  end if;
  perform set_config('synchronous_commit', 'on', true);
  perform pg_advisory_xact_lock(7106300);

  if cardinality(contents) <> 1 or cardinality(changed_customers) <> 1 then
    select * into head_position, head_digest from append_entries(
      seed, entry_customers, revisions, contents, content_digests, changed_customers, positions_before, latest_entries,
      new_statuses, first_seen, confirmed, new_fingerprints, changed_statuses, status_changes);
    return;
  end if;

  select position, digest into head_position, head_digest from entries order by position desc limit 1;
  head_position := coalesce(head_position, 0);
  head_digest := coalesce(head_digest, seed);
  if positions_before[1] is null then
    insert into customers (customer_id, position, status, first_seen_at, confirmed_at, fingerprints)
      values (changed_customers[1], head_position + 1, new_statuses[1], first_seen[1], confirmed[1], new_fingerprints[1])
      on conflict (customer_id) do nothing;
  else
    update customers set position = head_position + 1, status = new_statuses[1], confirmed_at = confirmed[1],
        fingerprints = new_fingerprints[1]
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
