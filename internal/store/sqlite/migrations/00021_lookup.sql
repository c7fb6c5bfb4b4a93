-- +goose Up

-- All that a verification asks of a token stands in the index by digest, so that
-- its row, which lies elsewhere in the file, is not read. No index of so many
-- columns keeps one of them unique: the triggers do.
create index tokens_lookup on tokens (digest, owner, expires_at, created_at, scope, paused_at, revoked_at, retired_at, networks, application);
drop index tokens_digest;

-- +goose StatementBegin
create trigger tokens_digest_inserted before insert on tokens
when exists (select 1 from tokens where digest = new.digest) begin
	select raise(abort, 'the digest is taken');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger tokens_digest_updated before update of digest on tokens
when exists (select 1 from tokens where digest = new.digest and id <> old.id) begin
	select raise(abort, 'the digest is taken');
end;
-- +goose StatementEnd
