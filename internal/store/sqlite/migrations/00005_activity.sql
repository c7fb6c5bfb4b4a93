-- +goose Up

-- Whose the object is, 0 for nobody's, and what the act does to it: so that each
-- may be shown their own, and lists need not know the acts.
alter table events add column owner integer not null default 0;
alter table events add column operation text not null default 'update';

-- What was done to one object, by id.
create index events_object on events (object_type, object_id);

update events set owner = case object_type
	when 'user' then object_id
	when 'token' then coalesce(
		(select t.owner from tokens t where t.id = object_id),
		(select json_extract(c.changes, '$.owner[1]') from events c
			where c.act = 'token.created' and c.object_type = 'token' and c.object_id = events.object_id), 0)
	else 0 end;

update events set operation = case
	when act like '%.created' then 'create'
	when act like '%.revoked' or act like '%.deleted' then 'delete'
	else 'update' end;

-- A user's own, by id; what ended them left out without reading rows.
create index events_owner on events (owner, id, operation);

-- What one user has done, by id; by name too, as it was then.
create index events_actor on events (actor_id);
create index events_actor_name on events (actor_name);

-- What was done in a time.
create index events_at on events (at);

-- What was done to objects of a kind, by id.
create index events_object_type on events (object_type);

-- The few deletions among much else.
create index events_operation on events (operation);
