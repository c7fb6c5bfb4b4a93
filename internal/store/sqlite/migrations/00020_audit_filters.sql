-- +goose Up

-- What was asked for from an address, by id.
create index events_address on events (address);

-- What was done with a token, by id: a small part of all events.
create index events_credential on events (nullif(token_id, 0)) where nullif(token_id, 0) is not null;
