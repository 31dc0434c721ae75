-- Operational state: everything that is neither an event nor a read model. Of every secret only its SHA-256 is kept.
create table code (
  code_sha256 bytea primary key check (length(code_sha256) = 32),
  kind text not null check (kind in ('setup', 'sign-in')),
  -- null: whoever redeems it says the name
  person_name text,
  role text not null,
  created_at timestamptz not null,
  -- null: does not expire (a setup code, until it is used)
  expires_at timestamptz,
  -- somebody is redeeming it; a crash in the middle lets it go when this has passed
  claimed_until timestamptz,
  used_at timestamptz
);

-- Wrong codes, per source and window of time.
create table failed_attempt (
  source text not null,
  window_start timestamptz not null,
  failures int not null,
  primary key (source, window_start)
);

create table session (
  id_sha256 bytea primary key check (length(id_sha256) = 32),
  user_id uuid not null,
  org_id uuid not null,
  name text not null,
  role text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index on session (user_id);

create table enrollment (
  token_sha256 bytea primary key check (length(token_sha256) = 32),
  member_id uuid not null,
  team_id uuid not null,
  org_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  claimed_until timestamptz,
  used_at timestamptz
);
create index on enrollment (member_id);

-- One row a member: the binding of its newest incarnation.
create table agent (
  member_id uuid primary key,
  team_id uuid not null,
  org_id uuid not null,
  incarnation uuid not null,
  -- revision of the MemberBound event in the member's stream: an older binding never replaces a newer one
  revision int not null,
  api_key_sha256 bytea not null unique check (length(api_key_sha256) = 32),
  bus_username text not null unique,
  bus_password_sha256 text not null check (length(bus_password_sha256) = 64),
  bound_at timestamptz not null,
  revoked_at timestamptz
);

create table checkpoint (
  name text primary key,
  position numeric(20, 0) not null,
  generation text not null,
  written_at timestamptz not null
);

grant select, insert, update, delete on code, failed_attempt, session, enrollment, agent, checkpoint to {{app_role}};
