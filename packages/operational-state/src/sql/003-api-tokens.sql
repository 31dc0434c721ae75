-- Tokens with which people's own programs call the API. Shown once; only the hash is kept.
create table api_token (
  token_id uuid primary key,
  token_sha256 bytea not null unique check (length(token_sha256) = 32),
  user_id uuid not null,
  org_id uuid not null,
  person_name text not null,
  role text not null,
  name text not null,
  scope text not null check (scope in ('read', 'operate')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- of the day, so that use is seen without a write for each call
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index on api_token (user_id);

grant select, insert, update, delete on api_token to {{app_role}};
