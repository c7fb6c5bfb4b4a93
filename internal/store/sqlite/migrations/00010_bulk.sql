-- +goose Up

-- Selections of tokens, as they were previewed. A selection is one row however
-- many tokens it has: the steps between their ids, as variable-length numbers.
create table bulks (
	id      integer primary key autoincrement,
	act     text    not null,
	reason  text    not null,
	by_id   integer not null, -- 0: the operator
	by_name text    not null,
	wide    integer not null, -- it may hold the tokens of others
	at      integer not null, -- previewed, or last run
	done    integer not null,
	changed integer not null,
	tokens  blob    not null
) strict;

create index bulks_at on bulks (at);
