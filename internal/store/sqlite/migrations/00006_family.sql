-- +goose Up

-- What has not ended of a family. A family grows with every refresh, and all but
-- the last of it has ended.
drop index refresh_tokens_family;
create index refresh_tokens_family on refresh_tokens (coalesce(family, id)) where ended_at is null;

-- Whether a token that has expired may yet be refreshed.
create index refresh_tokens_token on refresh_tokens (token, expires_at) where ended_at is null;
