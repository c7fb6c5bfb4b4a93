-- +goose Up

-- From which networks a token was accepted, the latest of them. Apart from
-- token_addresses, which refused uses can fill.
create table token_networks (
	token_id integer not null references tokens (id) on delete cascade,
	network  text    not null,
	first_at integer not null,
	last_at  integer not null, -- of a use from an address that was new in it
	primary key (token_id, network)
) strict, without rowid;

-- When it was last told that a token was refused often.
alter table token_use add column refused_told_at integer;

-- One row: up to which end of a token it has been told that it expired. What
-- ended before the last thing that was told when this table was made stays untold.
create table expiry_told (
	only integer primary key check (only = 1),
	at   integer not null,
	id   integer not null
) strict;

insert into expiry_told select 1, coalesce(max(at), 0), 0 from events;
