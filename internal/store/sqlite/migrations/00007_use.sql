-- +goose Up

-- Null where the token was used before this column was there.
alter table token_use add column first_used_at integer;

-- Counts of use, sparse: a row for what happened. start is in hours, or days,
-- since 1970; outcome is empty for accepted uses, else why they were refused.
create table token_hours (
	token_id integer not null references tokens (id) on delete cascade,
	start    integer not null,
	outcome  text    not null,
	count    integer not null,
	primary key (token_id, start, outcome)
) strict, without rowid;

-- The oldest, which become days.
create index token_hours_start on token_hours (start);

create table token_days (
	token_id integer not null references tokens (id) on delete cascade,
	start    integer not null,
	outcome  text    not null,
	count    integer not null,
	primary key (token_id, start, outcome)
) strict, without rowid;

-- The oldest, which are forgotten.
create index token_days_start on token_days (start);

create table token_addresses (
	token_id integer not null references tokens (id) on delete cascade,
	address  text    not null,
	first_at integer not null,
	last_at  integer not null,
	accepted integer not null,
	refused  integer not null,
	primary key (token_id, address)
) strict, without rowid;
