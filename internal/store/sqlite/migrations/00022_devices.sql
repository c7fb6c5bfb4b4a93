-- +goose Up

-- From which devices a user has signed in, the latest 50.
create table devices (
	user_id integer not null references users (id),
	digest  blob    not null check (length(digest) = 32), -- of its network, browser and system
	seen_at integer,                                      -- null: it is to count as new again
	primary key (user_id, digest)
) strict, without rowid;
