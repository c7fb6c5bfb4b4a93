-- +goose Up

-- Times are microseconds since 1970 in UTC; null stands for the zero time.
-- Addresses and networks are text, the empty text for none.

create table users (
	id            integer primary key autoincrement, -- never given twice
	name          text    not null check (name <> ''),
	folded        text    not null check (folded <> ''), -- store.FoldName(name)
	first_name    text    not null,
	last_name     text    not null,
	email         text    not null,
	language      text    not null,
	time_zone     text    not null,
	admin         integer not null check (admin in (0, 1)),
	auditor       integer not null check (auditor in (0, 1)),
	service       integer not null check (service in (0, 1)),
	password_hash text    not null, -- empty: no password
	created_at    integer not null,
	modified_at   integer not null,
	last_login_at integer,
	disabled_at   integer,
	deleted_at    integer
) strict;

-- A name is taken in every spelling; a deleted user frees it. UserByName looks
-- up by it too.
create unique index users_name on users (folded) where deleted_at is null;

-- What indexes keep of a token stands first: SQLite reads a row from its
-- beginning up to the last column that is asked for.
create table tokens (
	id               integer primary key autoincrement, -- never given twice, though rows are pruned
	digest           blob    not null check (length(digest) = 32),
	owner            integer not null references users (id),
	scope            text    not null,
	expires_at       integer, -- null: never
	paused_at        integer,
	revoked_at       integer,
	retired_at       integer,
	created_at       integer not null,
	modified_at      integer not null,
	expires_shown    integer not null, -- pat.Token.ShownExpiry
	name             text    not null,
	description      text    not null,
	digest_algorithm text    not null,
	prefix           text    not null,
	last_four        text    not null,
	origin           text    not null,
	created_from     text    not null,
	revoked_by       integer,
	revoked_why      text    not null,
	family           integer, -- null: the token began its family
	parent           integer,
	generation       integer not null,
	networks         text    not null, -- blanks between them
	check (expires_at is null or expires_shown = expires_at),
	check (revoked_at is not null or revoked_by is null)
) strict;

create unique index tokens_digest on tokens (digest);

-- An owner's list by id; ending all of a deleted user's tokens.
create index tokens_owner on tokens (owner);

-- Which tokens of an owner have expired since they were last counted; an
-- owner's list by expiry.
create index tokens_owner_expires on tokens (owner, expires_shown);

-- Everybody's list by expiry.
create index tokens_expires on tokens (expires_shown);

-- Whether a name is in use. It cannot be unique: a token also frees its name by
-- expiring, and that is the clock's doing.
create index tokens_named on tokens (owner, name) where name <> '' and revoked_at is null;

-- What PruneTokens removes, in the words of its query. A day, in microseconds.
create index tokens_brief on tokens (revoked_at) where name = '' and revoked_at <= created_at + 86400000000;

-- How many tokens of an owner were neither revoked nor expired at counted_to.
-- So a creation need not count thousands of tokens, only those that have expired
-- since: each expires once.
create table token_counts (
	owner      integer primary key references users (id),
	named      integer not null check (named >= 0),
	unnamed    integer not null check (unnamed >= 0),
	counted_to integer not null
) strict;

-- Apart from tokens, because it changes all the time and only RecordUse writes it.
create table token_use (
	token_id       integer primary key references tokens (id) on delete cascade,
	last_used_at   integer,
	last_used_from text    not null,
	accepted       integer not null,
	refused        integer not null
) strict;

create table events (
	id          integer primary key autoincrement,
	at          integer not null,
	actor_id    integer not null, -- 0: the operator or the set-up
	actor_name  text    not null,
	credential  text    not null,
	token_id    integer not null, -- the credential, 0 when it was none
	face        text    not null,
	address     text    not null,
	request_id  text    not null,
	act         text    not null,
	object_type text    not null,
	object_id   integer not null,
	object_name text    not null,
	changes     text    not null, -- {"field":[old,new]}, empty for none
	reason      text    not null,
	outcome     text    not null
) strict;

-- The feed. The newest row is always kept, so that without autoincrement too
-- no number comes twice, and numbers have no gaps: one that is missing was pruned.
create table changes (
	seq      integer primary key,
	at       integer not null,
	token_id integer,
	user_id  integer,
	check ((token_id is null) <> (user_id is null))
) strict;

create table prefixes (
	prefix text primary key,
	place  integer not null unique -- the greatest is the newest
) strict, without rowid;

-- One row: a version 4 UUID that is this installation's for ever.
create table installation (
	only integer primary key check (only = 1),
	uuid text    not null check (length(uuid) = 36)
) strict;

-- Materialized, so that the random digits are drawn once.
with random (h) as materialized (select lower(hex(randomblob(16))))
insert into installation select 1, substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3)
	|| '-a' || substr(h, 18, 3) || '-' || substr(h, 21, 12) from random;

-- "Jetn": what tells this file from another program's database.
pragma application_id = 0x4a65746e;
