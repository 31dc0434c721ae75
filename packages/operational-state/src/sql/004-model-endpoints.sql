-- Which model agents use, and where it is reached: for the organisation (no team), a team of it (no member), or one member. The key is
-- sealed with a data key of its own, and that one with the master key, which is not in the database.
create table model_endpoint (
  org_id uuid not null,
  team_id uuid,
  member_id uuid,
  base_url text,
  model text not null,
  -- null: the endpoint wants none, or the wider setting's holds
  sealed_key bytea,
  -- which master key sealed it
  master_key_id text,
  key_last4 text,
  key_set_at timestamptz,
  updated_at timestamptz not null,
  unique nulls not distinct (org_id, team_id, member_id),
  check (member_id is null or team_id is not null),
  check (team_id is not null or base_url is not null),
  check (base_url is not null or sealed_key is null)
);

grant select, insert, update, delete on model_endpoint to {{app_role}};
