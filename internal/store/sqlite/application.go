package sqlite

import (
	"context"
	"time"

	"jeton/internal/pat"
)

// applicationColumns are in the order of scanApplication.
const applicationColumns = `a.id, a.name, a.description, a.client_id, a.secret_digest, a.client_type, a.grant_type,
	a.redirect_uris, a.skip_authorization, a.created_at, a.modified_at`

func scanApplication(r *row) pat.Application {
	return pat.Application{
		ID: pat.ApplicationID(r.int()), Name: r.text(), Description: r.text(), ClientID: r.text(), SecretDigest: r.digest(),
		Type: pat.ClientType(r.text()), Grant: pat.GrantType(r.text()), RedirectURIs: r.text(), SkipConsent: r.bool(),
		CreatedAt: r.time(), ModifiedAt: r.time(),
	}
}

var applicationExprs = map[string]string{
	"id": "a.id", "name": "a.name", "description": "a.description", "type": "a.client_type", "grant": "a.grant_type",
	"redirect_uris": "a.redirect_uris", "skip_consent": "a.skip_authorization", "created": "a.created_at", "modified": "a.modified_at",
	"organization": "(a.id is not null)", "organization.name": "'Default'", // 1, for all: a bare number would be a column to order by
}

var applicationList = list{
	fields: pat.ApplicationFields, exprs: applicationExprs, id: "a.id", columns: applicationColumns,
	table: "applications a", where: "a.deleted_at is null",
}

var errNoApplication = pat.Fail(pat.NotFound, "no such application")

const (
	applicationByID     = `select ` + applicationColumns + ` from applications a where a.id = ? and a.deleted_at is null`
	applicationByClient = `select ` + applicationColumns + ` from applications a where a.client_id = ? and a.deleted_at is null`
	applicationByName   = `select ` + applicationColumns + ` from applications a where a.name = ? and a.deleted_at is null`
)

// Application implements store.ApplicationReader.
func (r reader) Application(_ context.Context, id pat.ApplicationID) (pat.Application, error) {
	return r.application(applicationByID, int64(id))
}

// ApplicationByClient implements store.ApplicationReader.
func (r reader) ApplicationByClient(_ context.Context, clientID string) (pat.Application, error) {
	return r.application(applicationByClient, clientID)
}

// ApplicationByName implements store.ApplicationReader.
func (r reader) ApplicationByName(_ context.Context, name string) (pat.Application, error) {
	return r.application(applicationByName, name)
}

func (r reader) application(query string, key any) (a pat.Application, err error) {
	found, err := r.one(query, []any{key}, func(r *row) { a = scanApplication(r) })
	return a, foundOr(errNoApplication, found, "application", err)
}

// Applications implements store.ApplicationReader.
func (r reader) Applications(ctx context.Context, q pat.Query) (page []pat.Application, total int, err error) {
	total, err = r.list(ctx, applicationList, q, func(r *row) { page = append(page, scanApplication(r)) })
	return page, total, err
}

const insertApplication = `insert into applications (name, description, client_id, secret_digest, client_type, grant_type,
	redirect_uris, skip_authorization, created_at, modified_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertApplication implements store.ApplicationTx.
func (t *tx) InsertApplication(a pat.Application) (pat.ApplicationID, error) {
	var secret any
	if a.SecretDigest != (pat.Digest{}) {
		secret = a.SecretDigest[:]
	}
	_, id, err := t.w.exec(insertApplication, a.Name, a.Description, a.ClientID, secret, string(a.Type), string(a.Grant),
		a.RedirectURIs, a.SkipConsent, a.CreatedAt.UnixMicro(), a.ModifiedAt.UnixMicro())
	return pat.ApplicationID(id), applicationTaken("insert application", err)
}

// applicationTaken turns the refusal of the index of names into a Conflict. A
// client id has 238 random bits and does not collide.
func applicationTaken(doing string, err error) error {
	if notUnique(err) {
		return &pat.Error{Kind: pat.Conflict, Fields: []pat.Field{{Name: "name", Message: "an application has this name; choose another"}}, Cause: err}
	}
	return failed(doing, err)
}

const updateApplication = `update applications set name = ?, description = ?, redirect_uris = ?, skip_authorization = ?,
	modified_at = max(?, modified_at + 1)
	where id = ? and deleted_at is null`

// UpdateApplication implements store.ApplicationTx.
func (t *tx) UpdateApplication(a pat.Application) error {
	changed, _, err := t.w.exec(updateApplication, a.Name, a.Description, a.RedirectURIs, a.SkipConsent,
		a.ModifiedAt.UnixMicro(), int64(a.ID))
	if err != nil {
		return applicationTaken("update application", err)
	}
	return foundOr(errNoApplication, changed > 0, "update application", nil)
}

const (
	deleteApplication = `update applications set description = '', redirect_uris = '', secret_digest = null,
	deleted_at = ?1, modified_at = max(?1, modified_at + 1)
	where id = ?2 and deleted_at is null`

	liveOfApplication = `select id from tokens where application = ? and revoked_at is null order by id`

	endRefreshOf = `update refresh_tokens set ended_at = ? where application = ? and ended_at is null`

	deleteCodesOf = `delete from codes where application = ?`
)

// DeleteApplication implements store.ApplicationTx. Its tokens end one by one,
// because they belong to many owners, each of whom is counted.
func (t *tx) DeleteApplication(id pat.ApplicationID, at time.Time, by pat.UserID) error {
	changed, _, err := t.w.exec(deleteApplication, at.UnixMicro(), int64(id))
	if err != nil || changed == 0 {
		return foundOr(errNoApplication, changed > 0, "delete application", err)
	}
	var live []pat.TokenID
	err = t.query(context.Background(), liveOfApplication, []any{int64(id)}, func(r *row) { live = append(live, pat.TokenID(r.int())) })
	if err != nil {
		return failed("the tokens of an application", err)
	}
	for _, token := range live {
		if _, err := t.EndToken(token, at, by, pat.WhyApplicationDeleted); err != nil {
			return err
		}
	}
	if _, _, err := t.w.exec(endRefreshOf, at.UnixMicro(), int64(id)); err != nil {
		return failed("end the refresh tokens of an application", err)
	}
	_, _, err = t.w.exec(deleteCodesOf, int64(id))
	return failed("delete the codes of an application", err)
}
