-- +goose Up

-- A chain of rotations. Only successors have a family in their row.
create index tokens_family on tokens (family, generation) where family is not null;

-- A token that was replaced leaves its name to its successor.
drop index tokens_named;
create index tokens_named on tokens (owner, name) where name <> '' and revoked_at is null and retired_at is null;

-- Answers to calls that may be repeated, sealed under a key that only the
-- caller has.
create table answers (
	key    blob    not null check (length(key) = 32), -- digest of the repeat key
	asked  blob    not null check (length(asked) = 32),
	sealed blob    not null,
	at     integer not null
) strict;

create unique index answers_key on answers (key);
create index answers_at on answers (at);

-- Since when a rule has its value: nobody's token is found idle sooner after a
-- rule was set than that allows.
alter table policy_settings add column since integer;

-- What has ended, to be removed when it has been kept for as long as it is to
-- be. Tools make short-lived tokens by the dozen; those go sooner.
create index tokens_ended on tokens (revoked_at) where revoked_at is not null;
create index tokens_fleeting on tokens (expires_shown)
	where name = '' and revoked_at is null and retired_at is null and expires_shown <= created_at + 86400000000;
