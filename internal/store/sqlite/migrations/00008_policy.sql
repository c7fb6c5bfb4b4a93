-- +goose Up

-- What administrators have set of the policy, each rule by itself. What is not
-- here is as the program has it.
create table policy_settings (
	role    text    not null, -- empty: not for a role
	user_id integer not null, -- 0: not for a user
	rule    text    not null check (rule <> ''),
	value   text    not null check (json_valid(value)),
	primary key (role, user_id, rule),
	check (role = '' or user_id = 0)
) strict, without rowid;

-- One row: drawn anew with every change, so that no number ever stands for two
-- states, not even for one that was rolled back.
create table policy_version (
	only    integer primary key check (only = 1),
	version integer not null
) strict;

insert into policy_version values (1, 0);

-- Which live tokens outlive a bound, or never expire: what a stricter maximum
-- would touch. The second condition is that of every token which ever lived; it
-- keeps lists, which do not ask for it, to indexes of their own.
create index tokens_life on tokens (expires_shown - created_at) where revoked_at is null and expires_shown > created_at;
