-- +goose Up

-- Forms of pages that have made a token, so that one sent again makes no other.
create table used_forms (
	digest blob    not null check (length(digest) = 32), -- of the form's number and its user
	token  integer not null, -- what it made
	at     integer not null
) strict;

create unique index used_forms_digest on used_forms (digest);
create index used_forms_at on used_forms (at);
