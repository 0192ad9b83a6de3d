-- Appending is one statement and commits by itself: what was a transaction of five statements before. A query inside a volatile
-- function sees what was committed before that query, so the lock is still taken in a statement of its own before anything is read.
-- Plans do not depend on what is in the arrays: they are made once for each connection, and use the indexes also where the tables
-- were still empty then. An instance of an earlier release takes the lock itself, calls `append_entries`, and may go on meanwhile.
create function append_alone(
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
  select * into head_position, head_digest from append_entries(
    seed, entry_customers, revisions, contents, content_digests, changed_customers, positions_before, latest_entries,
    new_statuses, first_seen, confirmed, new_fingerprints, changed_statuses, status_changes);
end
$$;
