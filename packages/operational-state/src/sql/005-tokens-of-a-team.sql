-- A token may be narrowed to one team; null: all that its person sees.
alter table api_token add column team_id uuid;
