-- +goose Up

-- What users have said about notices; no row: nothing.
create table notice_marks (
	user_id integer primary key references users (id),
	read_to integer not null, -- the id of the latest event that was read
	muted   text    not null  -- kinds, blanks between them
) strict;

-- What others did to what is a user's, by id: a small part of all events, since
-- most are about one's own doings. Of tokens without a name, which programs make by
-- the thousand, it has only what a user did.
create index events_notices on events (owner, id, act)
	where owner <> 0 and owner <> actor_id and (object_name <> '' or actor_id <> 0);
