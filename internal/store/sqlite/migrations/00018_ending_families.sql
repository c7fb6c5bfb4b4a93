-- +goose Up

-- Families of tokens that are to end, with tokens left that are not revoked yet.
create table ending_families (
	family integer primary key
) strict;
