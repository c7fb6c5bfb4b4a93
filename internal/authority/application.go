package authority

import (
	"context"
	"time"

	"jeton/internal/pat"
	"jeton/internal/store"
)

// CreateApplication adds an application and returns its secret, which is kept
// nowhere; a public application has none. Administrators may. It fails with
// Forbidden, with Invalid, naming the field, and with Conflict when the name is
// taken.
func (a *Authority) CreateApplication(ctx context.Context, by pat.Principal, req pat.ApplicationRequest) (pat.Secret, pat.Application, error) {
	if err := mayWrite(by); err != nil {
		return pat.Secret{}, pat.Application{}, err
	}
	app := pat.Application{
		Name: req.Name, Description: req.Description, ClientID: pat.NewClientID(), Type: req.Type, Grant: req.Grant,
		RedirectURIs: req.RedirectURIs, SkipConsent: req.SkipConsent,
	}
	if err := app.Check(); err != nil {
		return pat.Secret{}, pat.Application{}, err
	}
	var secret pat.Secret
	if app.Type == pat.Confidential {
		secret = pat.NewClientSecret()
		app.SecretDigest = secret.Digest()
	}
	err := a.update(ctx, func(tx store.Tx) error {
		by, err := administrator(ctx, tx, by)
		if err != nil {
			return err
		}
		app.CreatedAt = a.now()
		app.ModifiedAt = app.CreatedAt
		if app.ID, err = tx.InsertApplication(app); err != nil {
			return err
		}
		return tx.Append(applicationEvent(by, app.CreatedAt, pat.ApplicationCreated, &app, applicationChanged(&pat.Application{}, &app)...))
	})
	if err != nil {
		return pat.Secret{}, pat.Application{}, err
	}
	return secret, app, nil
}

// administrator returns by as they are now, or fails with Forbidden when that is
// no administrator any more.
func administrator(ctx context.Context, tx store.Tx, by pat.Principal) (pat.Principal, error) {
	by, err := present(ctx, tx, by)
	if err == nil && !by.Admin {
		err = errForbidden
	}
	return by, err
}

// Application returns an application. Every user may see all of them: there is
// one organisation, and all belong to it. It fails with NotFound.
func (a *Authority) Application(ctx context.Context, by pat.Principal, id pat.ApplicationID) (pat.Application, error) {
	if err := mayRead(by); err != nil {
		return pat.Application{}, err
	}
	return a.Store.Application(ctx, id)
}

// ApplicationByName is Application by the exact name.
func (a *Authority) ApplicationByName(ctx context.Context, by pat.Principal, name string) (pat.Application, error) {
	if err := mayRead(by); err != nil {
		return pat.Application{}, err
	}
	return a.Store.ApplicationByName(ctx, name)
}

// Applications returns those that q selects, and how many there are in all.
func (a *Authority) Applications(ctx context.Context, by pat.Principal, q pat.Query) ([]pat.Application, int, error) {
	if err := mayRead(by); err != nil {
		return nil, 0, err
	}
	return a.Store.Applications(ctx, q)
}

// EditApplication changes an application and returns it as then. Administrators
// may. It fails with NotFound, Forbidden, Invalid and Conflict.
func (a *Authority) EditApplication(ctx context.Context, by pat.Principal, id pat.ApplicationID, edit pat.ApplicationEdit) (pat.Application, error) {
	if err := mayWrite(by); err != nil {
		return pat.Application{}, err
	}
	var app pat.Application
	err := a.update(ctx, func(tx store.Tx) error {
		by, err := administrator(ctx, tx, by)
		if err != nil {
			return err
		}
		old, err := tx.Application(ctx, id)
		if err != nil {
			return err
		}
		now := a.now()
		if app, err = editedApplication(old, edit, now); err != nil {
			return err
		}
		if err := tx.UpdateApplication(app); err != nil {
			return err
		}
		changes := applicationChanged(&old, &app)
		if len(changes) == 0 {
			return nil // nothing to tell an auditor
		}
		return tx.Append(applicationEvent(by, now, pat.ApplicationEdited, &app, changes...))
	})
	if err != nil {
		return pat.Application{}, err
	}
	return app, nil
}

func editedApplication(app pat.Application, edit pat.ApplicationEdit, now time.Time) (pat.Application, error) {
	set(&app.Name, edit.Name)
	set(&app.Description, edit.Description)
	set(&app.RedirectURIs, edit.RedirectURIs)
	set(&app.SkipConsent, edit.SkipConsent)
	app.ModifiedAt = laterThan(app.ModifiedAt, now)
	return app, app.Check()
}

// DeleteApplication removes an application for good and revokes all that it was
// granted. Administrators may. It fails with NotFound and Forbidden.
func (a *Authority) DeleteApplication(ctx context.Context, by pat.Principal, id pat.ApplicationID) error {
	if err := mayWrite(by); err != nil {
		return err
	}
	return a.update(ctx, func(tx store.Tx) error {
		by, err := administrator(ctx, tx, by)
		if err != nil {
			return err
		}
		app, err := tx.Application(ctx, id)
		if err != nil {
			return err
		}
		now := a.now()
		if err := appendRevocations(tx, by, now, pat.WhyApplicationDeleted, liveOfApplication(ctx, tx, id, now)); err != nil {
			return err
		}
		if err := tx.DeleteApplication(id, now, by.User); err != nil {
			return err
		}
		return tx.Append(applicationEvent(by, now, pat.ApplicationDeleted, &app))
	})
}

func applicationEvent(by pat.Principal, at time.Time, act pat.Act, app *pat.Application, changes ...pat.FieldChange) pat.Event {
	e := pat.EventBy(by, at, act)
	e.Object, e.ObjectID, e.ObjectName, e.Changes = pat.ObjectApplication, int64(app.ID), app.Name, changes
	return e
}

// applicationChanged lists the fields in which two states of an application
// differ.
func applicationChanged(old, now *pat.Application) []pat.FieldChange {
	var d differences
	d.add("name", old.Name, now.Name)
	d.add("description", old.Description, now.Description)
	d.add("client_id", old.ClientID, now.ClientID)
	d.add("client_type", string(old.Type), string(now.Type))
	d.add("redirect_uris", old.RedirectURIs, now.RedirectURIs)
	d.add("authorization_grant_type", string(old.Grant), string(now.Grant))
	d.add("skip_authorization", old.SkipConsent, now.SkipConsent)
	return d
}
