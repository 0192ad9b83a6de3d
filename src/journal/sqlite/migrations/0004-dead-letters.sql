-- Who sent a dead letter and with which request, and how late a refused one makes room (0 first; see dead-letter-eviction.ts).
alter table dead_letters add column sender text;
alter table dead_letters add column request_id text;
alter table dead_letters add column priority integer not null default 0;
drop index dead_letters_by_customer;
create index dead_letters_by_customer on dead_letters (customer_id, category, id);

-- What each category holds, kept by triggers: nobody has to count rows.
create table dead_letter_totals (
  category text primary key,
  count integer not null,
  bytes integer not null
) strict, without rowid;
insert into dead_letter_totals (category, count, bytes)
  select wanted.category, count(id), coalesce(sum(bytes), 0)
  from (select 'GENUINE' as category union all select 'REFUSED') as wanted left join dead_letters using (category)
  group by wanted.category;

create trigger dead_letter_added after insert on dead_letters begin
  update dead_letter_totals set count = count + 1, bytes = bytes + new.bytes where category = new.category;
end;
create trigger dead_letter_removed after delete on dead_letters begin
  update dead_letter_totals set count = count - 1, bytes = bytes - old.bytes where category = old.category;
end;

-- A status that no customer has any more leaves no row: statuses are whatever XGateway, or a leaked hash, sends.
delete from status_counts where customers = 0;
create trigger status_unused after update on status_counts when new.customers = 0 begin
  delete from status_counts where status = new.status;
end;
