-- +goose Up

create table applications (
	id                 integer primary key autoincrement, -- never given twice
	name               text    not null,
	description        text    not null,
	client_id          text    not null check (client_id <> ''),
	secret_digest      blob    check (length(secret_digest) = 32), -- null: a public application
	client_type        text    not null check (client_type in ('confidential', 'public')),
	grant_type         text    not null,
	redirect_uris      text    not null, -- blanks between them
	skip_authorization integer not null check (skip_authorization in (0, 1)),
	created_at         integer not null,
	modified_at        integer not null,
	deleted_at         integer
) strict;

create unique index applications_client on applications (client_id);
create unique index applications_name on applications (name) where deleted_at is null;

alter table tokens add column application integer references applications (id);

-- Lists of an application's tokens, and ending them with it.
create index tokens_application on tokens (application) where application is not null;

-- The token has no reference: its record may be pruned while the refresh token
-- must still be recognised, so that a copy of it does not go unnoticed.
create table refresh_tokens (
	id          integer primary key autoincrement,
	digest      blob    not null check (length(digest) = 32),
	family      integer, -- null: it began its family
	application integer not null references applications (id),
	owner       integer not null references users (id),
	token       integer not null,
	created_at  integer not null,
	expires_at  integer not null,
	ended_at    integer,
	until_at    integer -- null: the family has no end of its own
) strict;

create unique index refresh_tokens_digest on refresh_tokens (digest);
create index refresh_tokens_family on refresh_tokens (coalesce(family, id));
create index refresh_tokens_application on refresh_tokens (application) where ended_at is null;
create index refresh_tokens_expires on refresh_tokens (expires_at);

create table codes (
	digest       blob    not null check (length(digest) = 32),
	application  integer not null references applications (id),
	owner        integer not null references users (id),
	scope        text    not null,
	redirect_uri text    not null, -- as it was asked for, empty when it was not
	challenge    text    not null, -- PKCE's, by S256; empty for none
	created_at   integer not null,
	expires_at   integer not null,
	used_at      integer,
	family       integer -- of the refresh tokens that were issued for it
) strict;

create unique index codes_digest on codes (digest);
create index codes_application on codes (application);
create index codes_expires on codes (expires_at);
