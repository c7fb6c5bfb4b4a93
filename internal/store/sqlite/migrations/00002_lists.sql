-- +goose Up

-- Lists of tokens. Each index serves a filter together with its order, and holds
-- all that is asked of a list with a status, so that it is counted, and a far
-- page found, without reading rows. All but tokens_owner leave revoked tokens out,
-- as lists do unless asked otherwise; revoked_at stands in them none the less,
-- since SQLite does not see that it must be null, as does expires_at.

-- By id; by status; created since.
create index tokens_kept on tokens (id, expires_shown, paused_at, created_at, revoked_at) where revoked_at is null;

-- An owner's, by id: revoked ones too, so that an owner's whole past is found by
-- it. Ending all of a deleted user's tokens.
drop index tokens_owner;
create index tokens_owner on tokens (owner, id, expires_shown, paused_at, revoked_at);

-- An owner's by expiry; which of them have expired since they were last counted.
drop index tokens_owner_expires;
create index tokens_owner_expires on tokens (owner, expires_shown, id, paused_at, revoked_at) where revoked_at is null;

-- By expiry, by creation, by scope.
drop index tokens_expires;
create index tokens_expires on tokens (expires_shown, id, paused_at, revoked_at) where revoked_at is null;
create index tokens_created on tokens (created_at, id, expires_shown, paused_at, revoked_at) where revoked_at is null;
create index tokens_scope on tokens (scope, id, expires_shown, paused_at, revoked_at) where revoked_at is null;

-- Those that never expire, and those that are revoked: creating any other token
-- does not touch them.
create index tokens_never on tokens (id, paused_at, expires_at, revoked_at) where expires_at is null and revoked_at is null;
create index tokens_revoked on tokens (id, revoked_at) where revoked_at is not null;

-- Unused since; by last use.
create index token_use_last on token_use (last_used_at);

-- Users by name, which is the order of their list; an owner by the exact name.
create index users_by_name on users (name, deleted_at);
