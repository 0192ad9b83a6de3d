-- Who sent a dead letter and with which request, and how late a refused one makes room (0 first; see dead-letter-eviction.ts).
alter table dead_letters add column sender text;
alter table dead_letters add column request_id text;
alter table dead_letters add column priority integer not null default 0;
drop index dead_letters_by_customer;
create index dead_letters_by_customer on dead_letters (customer_id, category, id);

-- What each category holds, kept by triggers: nobody has to count rows.
create table dead_letter_totals (
  category text collate "C" primary key,
  count bigint not null,
  bytes bigint not null
);
insert into dead_letter_totals (category, count, bytes)
  select wanted.category, count(id), coalesce(sum(bytes), 0)
  from (values ('GENUINE'), ('REFUSED')) as wanted (category) left join dead_letters using (category)
  group by wanted.category;

create function dead_letters_counted() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update dead_letter_totals set count = count + 1, bytes = bytes + new.bytes where category = new.category;
  else
    update dead_letter_totals set count = count - 1, bytes = bytes - old.bytes where category = old.category;
  end if;
  return null;
end
$$;
create trigger dead_letters_counted after insert or delete on dead_letters
  for each row execute function dead_letters_counted();

-- A status that no customer has any more leaves no row: statuses are whatever XGateway, or a leaked hash, sends.
delete from status_counts where customers = 0;
create function status_unused() returns trigger language plpgsql as $$
begin
  delete from status_counts where status = new.status;
  return null;
end
$$;
create trigger status_unused after update on status_counts
  for each row when (new.customers = 0) execute function status_unused();
