-- Processes that share work, and what each of them owns. The lease is a process's, not a shard's: a beat writes one row, however
-- much is owned. Every time is the database's own, every decision is made behind one lock inside one statement.
create table live_process (
  kind text not null,
  process_id uuid not null,
  started_at timestamptz not null,
  lease_until timestamptz not null,
  primary key (kind, process_id)
) with (fillfactor = 50);

create table shard_lease (
  kind text not null,
  shard int not null,
  -- counts owners: the fencing token for whatever the owner does outside the log
  epoch bigint not null default 0,
  -- null: free
  owner uuid,
  -- it became free because its owner was not heard any more
  is_lapsed boolean not null default false,
  primary key (kind, shard)
);

-- Where a member's agent runs. A claim lasts for as long as its place is heard; it is not moved to balance anything, for moving an
-- agent means ending what it does.
create table instance_claim (
  member_id uuid primary key,
  place uuid not null,
  claimed_at timestamptz not null
);
create index on instance_claim (place);

grant select, insert, update, delete on live_process, shard_lease, instance_claim to {{app_role}};

-- Registers or renews a process, frees what belongs to processes that are not heard any more, takes the caller's share of what is
-- free. Answers with all that the caller owns. A caller whose own lease had ended comes back as a new one: it finds its shards under
-- later epochs, or not at all.
create function beat_shards(p_kind text, p_process uuid, p_shards int, p_lease_millis int)
returns table (shard int, epoch bigint, is_taken boolean, was_lapsed boolean, live_processes int)
language plpgsql set search_path = app, pg_temp as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_live int;
  v_rows int;
  v_owned int;
  v_taken int[];
  v_lapsed int[];
begin
  perform pg_advisory_xact_lock(hashtextextended('shards:' || p_kind, 0));
  v_now := clock_timestamp();
  update shard_lease l set owner = null, is_lapsed = true
    where l.kind = p_kind and l.owner is not null and not exists (
      select 1 from live_process p where p.kind = p_kind and p.process_id = l.owner and p.lease_until > v_now);
  delete from live_process p where p.kind = p_kind and p.lease_until <= v_now;
  insert into live_process as p (kind, process_id, started_at, lease_until)
    values (p_kind, p_process, v_now, v_now + p_lease_millis * interval '1 millisecond')
    on conflict (kind, process_id) do update set lease_until = excluded.lease_until;
  select count(*) into v_live from live_process p where p.kind = p_kind;

  select count(*), count(*) filter (where l.owner = p_process) into v_rows, v_owned from shard_lease l where l.kind = p_kind;
  if v_rows > p_shards then
    raise exception 'the work "%" is cut into % shards, not into %', p_kind, v_rows, p_shards using errcode = 'MU001';
  elsif v_rows < p_shards then
    insert into shard_lease (kind, shard) select p_kind, n from generate_series(0, p_shards - 1) n on conflict do nothing;
  end if;

  select array_agg(f.shard), array_agg(f.shard) filter (where f.is_lapsed) into v_taken, v_lapsed
    from (select l.shard, l.is_lapsed from shard_lease l where l.kind = p_kind and l.owner is null
          order by l.shard limit greatest(0, ceil(p_shards::numeric / v_live)::int - v_owned)) f;
  if v_taken is not null then
    update shard_lease l set owner = p_process, epoch = l.epoch + 1, is_lapsed = false
      where l.kind = p_kind and l.shard = any(v_taken);
  end if;
  return query select l.shard, l.epoch, l.shard = any(coalesce(v_taken, '{}')), l.shard = any(coalesce(v_lapsed, '{}')), v_live
    from shard_lease l where l.kind = p_kind and l.owner = p_process order by l.shard;
  -- A process that owns nothing hears how many there are all the same.
  if not found then
    return query select null::int, null::bigint, false, false, v_live;
  end if;
end $$;

-- Gives shards back; those that the caller does not own are left alone.
create function release_shards(p_kind text, p_process uuid, p_shards int[]) returns void
language sql set search_path = app, pg_temp as $$
  update shard_lease set owner = null, is_lapsed = false
    where kind = p_kind and owner = p_process and shard = any(p_shards);
$$;

-- Ends a process's lease and gives back all that it owned.
create function leave_shards(p_kind text, p_process uuid) returns void
language sql set search_path = app, pg_temp as $$
  update shard_lease set owner = null, is_lapsed = false where kind = p_kind and owner = p_process;
  delete from live_process where kind = p_kind and process_id = p_process;
$$;

-- Registers or renews a place where agents run, and claims members for it that no live place has, up to its share of all. Answers with
-- the claims of all places on the members asked for and on whatever else the caller has claimed. Invitations of a member that changes
-- its place are void: an agent of the old place that comes late with one must not take the new one's place.
create function beat_place(p_place uuid, p_lease_millis int, p_members uuid[])
returns table (member_id uuid, place uuid, is_taken boolean, live_places int)
language plpgsql set search_path = app, pg_temp as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_live int;
  v_own int;
  v_taken uuid[];
begin
  perform pg_advisory_xact_lock(hashtextextended('places', 0));
  v_now := clock_timestamp();
  delete from live_process p where p.kind = 'place' and p.lease_until <= v_now;
  insert into live_process as p (kind, process_id, started_at, lease_until)
    values ('place', p_place, v_now, v_now + p_lease_millis * interval '1 millisecond')
    on conflict (kind, process_id) do update set lease_until = excluded.lease_until;
  select count(*) into v_live from live_process p where p.kind = 'place';
  select count(*) into v_own from instance_claim c where c.place = p_place and c.member_id = any(p_members);
  select array_agg(f.id) into v_taken
    from (select m.id from unnest(p_members) with ordinality m(id, n)
          where not exists (
            select 1 from instance_claim c join live_process p on p.kind = 'place' and p.process_id = c.place
            where c.member_id = m.id)
          order by m.n limit greatest(0, ceil(cardinality(p_members)::numeric / v_live)::int - v_own)) f;
  if v_taken is not null then
    update enrollment e set used_at = v_now
      where e.used_at is null and e.member_id = any(v_taken)
        and exists (select 1 from instance_claim c where c.member_id = e.member_id);
    insert into instance_claim as c (member_id, place, claimed_at)
      select id, p_place, v_now from unnest(v_taken) id
      on conflict on constraint instance_claim_pkey do update set place = excluded.place, claimed_at = excluded.claimed_at;
  end if;
  return query select c.member_id, c.place, c.member_id = any(coalesce(v_taken, '{}')), v_live
    from instance_claim c where c.member_id = any(p_members) or c.place = p_place;
end $$;

create function release_claims(p_place uuid, p_members uuid[]) returns void
language sql set search_path = app, pg_temp as $$
  delete from instance_claim where place = p_place and member_id = any(p_members);
$$;

create function leave_place(p_place uuid) returns void
language sql set search_path = app, pg_temp as $$
  delete from instance_claim where place = p_place;
  delete from live_process where kind = 'place' and process_id = p_place;
$$;
