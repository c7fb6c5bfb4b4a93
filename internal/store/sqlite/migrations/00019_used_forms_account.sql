-- +goose Up

-- A form may have made an account, or its password, instead of a token, which is 0 then.
alter table used_forms add column account integer not null default 0;
