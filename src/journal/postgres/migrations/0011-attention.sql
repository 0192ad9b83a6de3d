-- Updates that wait, or waited, until a person acknowledges them (see ../../attention.ts): one row for each that has flags, filled in from
-- the entries by the code that runs this migration. `acknowledgement` is JSON: who, when and why.
create table attention_items (
  position bigint primary key,
  customer_id text collate "C" not null,
  flags integer not null,
  is_open integer not null,
  acknowledgement text
);
create index attention_items_open on attention_items (flags, position) where is_open = 1;
create index attention_items_by_customer on attention_items (customer_id, position);

-- What one person decided where two are required (see ../../pending-decisions.ts). `decision` is JSON.
create table pending_decisions (
  customer_id text collate "C" primary key,
  revision integer not null,
  decision text not null
);

-- What happened on each day, in UTC (see ../../statistics.ts). `day` counts from 1970.
create table daily_statistics (
  day integer not null,
  metric integer not null,
  key text collate "C" not null,
  count bigint not null,
  primary key (day, metric, key)
);

-- Appending takes flags and statistics, so what releases before this one called is gone, as in 0010.
drop function if exists append_batch;
drop function if exists append_entries;

-- Adds to the statistics. A label (metric 2) beyond the limit of its day is counted under no name; a day is over the limit by what one batch
-- adds, at most.
create function count_statistics(days integer[], metrics integer[], keys text[], counts bigint[]) returns void language sql as $$
  insert into daily_statistics as old (day, metric, key, count)
    select new.day, new.metric, named.key, sum(new.count)
    from unnest(days, metrics, keys, counts) as new (day, metric, key, count)
      cross join lateral (
        select case
          when new.metric <> 2
            or exists (select from daily_statistics d where d.day = new.day and d.metric = new.metric and d.key = new.key)
            or (select count(*) from (
              select from daily_statistics d where d.day = new.day and d.metric = new.metric limit 200) as known) < 200
          then new.key else '' end as key
      ) as named
    group by new.day, new.metric, named.key
    on conflict (day, metric, key) do update set count = old.count + excluded.count
$$;

-- As before (see 0010), with flags and statistics. A label beyond the limit of its day is counted under no name.
create function append_entries(
  seed bytea,
  entry_customers text[], revisions integer[], contents text[], content_digests bytea[],
  changed_customers text[], positions_before bigint[], latest_entries integer[], new_statuses text[],
  first_seen bigint[], confirmed bigint[], new_fingerprints bytea[],
  changed_statuses text[], status_changes bigint[],
  new_standings integer[], new_times bigint[],
  entry_flags integer[], count_days integer[], count_metrics integer[], count_keys text[], counts bigint[],
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
  if 0 <> any (entry_flags) then
    insert into attention_items (position, customer_id, flags, is_open)
      select head_position + ordinality, new.customer_id, new.flags, 1
      from unnest(entry_customers, entry_flags) with ordinality as new (customer_id, flags, ordinality)
      where new.flags <> 0;
  end if;
  if cardinality(counts) > 0 then
    perform count_statistics(count_days, count_metrics, count_keys, counts);
  end if;
end
$$;

-- As before (see 0010), with flags and statistics.
create function append_batch(
  seed bytea,
  entry_customers text[], revisions integer[], contents text[], content_digests bytea[],
  changed_customers text[], positions_before bigint[], latest_entries integer[], new_statuses text[],
  first_seen bigint[], confirmed bigint[], new_fingerprints bytea[],
  changed_statuses text[], status_changes bigint[],
  new_standings integer[], new_times bigint[],
  entry_flags integer[], count_days integer[], count_metrics integer[], count_keys text[], counts bigint[],
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
      new_statuses, first_seen, confirmed, new_fingerprints, changed_statuses, status_changes, new_standings, new_times,
      entry_flags, count_days, count_metrics, count_keys, counts);
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
  if entry_flags[1] <> 0 then
    insert into attention_items (position, customer_id, flags, is_open)
      values (head_position + 1, entry_customers[1], entry_flags[1], 1);
  end if;
  if cardinality(counts) > 0 then
    perform count_statistics(count_days, count_metrics, count_keys, counts);
  end if;
end
$$;
