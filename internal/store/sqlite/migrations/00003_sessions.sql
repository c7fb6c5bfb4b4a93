-- +goose Up

create table sessions (
	id               integer primary key autoincrement, -- never given twice, though rows are pruned
	digest           blob    not null check (length(digest) = 32),
	user_id          integer not null references users (id),
	created_at       integer not null,
	seen_at          integer not null,
	expires_at       integer not null,
	idle             integer not null, -- seconds
	remember         integer not null,
	authenticated_at integer not null,
	face             text    not null,
	address          text    not null,
	agent            text    not null,
	ended_at         integer,
	-- when it is over: ended_at, or else the earlier of expires_at and seen_at + idle
	until            integer not null
) strict;

create unique index sessions_digest on sessions (digest);

-- A user's list, which is also what ends with the user's password.
create index sessions_user on sessions (user_id, seen_at) where ended_at is null;

-- What PruneSessions removes.
create index sessions_until on sessions (until);
