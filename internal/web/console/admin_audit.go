package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"jeton/internal/pat"
	"jeton/internal/web/page"
)

var (
	auditPage      = page.Parse(templates, "templates/admin_audit.html")
	auditEventPage = page.Parse(templates, "templates/admin_audit_event.html")
)

// auditView is the audit trail, the newest first.
type auditView struct {
	Who, Object, Operation, ID, From, To string
	Act, Word, Address, Token            string
	tokens                               []int64 // that Token means
	Objects, Operations, Acts            []string
	Rows                                 []auditRow
	Filtered                             bool
	Newest, Older                        string // links; "" where there is nothing
	CSV                                  string
	Problems                             page.Problems
}

// auditRow is an event as pages show it.
type auditRow struct {
	ID                   pat.EventID
	At                   time.Time
	Act                  string // the message is "act." and this
	Actor                string // "" for nobody
	ActorID              pat.UserID
	Credential           string // the message is "by." and this
	Token                pat.TokenID
	Object, ObjectName   string // the message is "object." and the first
	ObjectID             int64
	ObjectPath           string
	Address, Face        string
	Request, Reason, Out string
	Why                  string        // the message of a reason that is known
	Changes              []auditChange // only on the page of the event
}

// What the trail can be filtered by.
var (
	auditObjects    = []string{"token", "user", "application", "session", "bulk", "policy"}
	auditOperations = []string{"create", "update", "delete"}
	auditActs       = []string{
		"token.created", "token.edited", "token.revoked", "token.paused", "token.resumed", "token.rotated", "token.retired", "token.reused",
		"token.used", "token.roamed", "token.refused", "token.reported", "token.expired",
		"user.created", "user.edited", "user.disabled", "user.enabled", "user.deleted", "password.set",
		"application.created", "application.edited", "application.deleted", "application.authorized",
		"session.started", "session.renewed", "session.ended", "session.new_device", "policy.changed", "bulk.run",
	}
)

// audit shows a page of the trail. It goes on by the id of the last event rather
// than by number: the trail grows while it is read, and is not counted.
func (v *visit) audit() error {
	l := v.listing("/admin/audit", "who", "object", "operation", "id", "from", "to", "act", "word", "address", "token", "before")
	view := auditView{
		Who: l.get("who"), Object: l.get("object"), Operation: l.get("operation"), ID: l.get("id"), From: l.get("from"), To: l.get("to"),
		Act: l.get("act"), Word: l.get("word"), Address: l.get("address"), Token: l.get("token"), Objects: auditObjects, Operations: auditOperations, Acts: auditActs,
	}
	conds := v.auditConditions(&view)
	if view.Token != "" {
		var err error
		if view.tokens, err = v.auditTokens(view.Token); err != nil {
			return err
		}
		conds = append(conds, pat.Cond{Any: []pat.Cond{is("token", pat.In, view.tokens), is("credential", pat.In, view.tokens)}})
	}
	view.Filtered = len(conds) > 0
	if len(view.Problems) > 0 {
		return v.refuse(auditPage, "audit", http.StatusUnprocessableEntity, view)
	}
	view.CSV = v.auditCSV(&view, conds)
	if before := l.id("before"); before != 0 {
		conds = append(conds, is("id", pat.Less, before))
		view.Newest = l.with("before", "")
	}
	events, _, err := v.f.Authority.Activity(v.r.Context(), v.who, pat.Newest(pageSize+1, conds...))
	if err != nil {
		return err
	}
	if len(events) > pageSize {
		events = events[:pageSize]
		view.Older = l.with("before", strconv.FormatInt(int64(events[pageSize-1].ID), 10))
	}
	for i := range events {
		view.Rows = append(view.Rows, v.auditRow(&events[i].Event))
	}
	return v.show(auditPage, "audit", view)
}

// auditConditions are those of the filters; what is wrong with them is in
// Problems. A day is one of the visitor's zone.
func (v *visit) auditConditions(view *auditView) (conds []pat.Cond) {
	if view.Who != "" {
		conds = append(conds, is("actor.username", pat.Equal, view.Who))
	}
	if slices.Contains(auditObjects, view.Object) {
		conds = append(conds, is("object", pat.Equal, view.Object))
	}
	if slices.Contains(auditOperations, view.Operation) {
		conds = append(conds, is("operation", pat.Equal, view.Operation))
	}
	if slices.Contains(auditActs, view.Act) {
		conds = append(conds, is("act", pat.Equal, view.Act))
	}
	if view.Word != "" {
		conds = append(conds, pat.Cond{Field: "changes", Op: pat.Contains, Value: view.Word, Fold: true})
	}
	if view.Address != "" {
		cond, ok := pat.AtAddress("address", view.Address)
		if !ok {
			view.Problems.Add("address", "err.address", nil)
		}
		conds = append(conds, cond)
	}
	if view.ID != "" {
		id, err := strconv.ParseInt(view.ID, 10, 64)
		if err != nil {
			view.Problems.Add("id", "err.id", nil)
		}
		conds = append(conds, is("object_id", pat.Equal, id))
	}
	if view.From != "" {
		at, err := time.ParseInLocation(isoDate, view.From, v.zone)
		if err != nil {
			view.Problems.Add("from", "err.day", nil)
		}
		conds = append(conds, is("at", pat.GreaterEq, at.UTC()))
	}
	if view.To != "" {
		at, err := time.ParseInLocation(isoDate, view.To, v.zone)
		if err != nil {
			view.Problems.Add("to", "err.day", nil)
		}
		conds = append(conds, is("at", pat.Less, at.AddDate(0, 0, 1).UTC()))
	}
	return conds
}

// auditEvent shows one event with what it changed.
func (v *visit) auditEvent() error {
	id, err := v.pathID()
	if err != nil {
		return err
	}
	e, err := v.f.Authority.ActivityByID(v.r.Context(), v.who, pat.EventID(id))
	if err != nil {
		return err
	}
	row := v.auditRow(&e.Event)
	for _, c := range e.Changes {
		row.Changes = append(row.Changes, v.auditChange(e.Act, c))
	}
	return v.show(auditEventPage, "audit", row)
}

func (v *visit) auditRow(e *pat.Event) auditRow {
	row := auditRow{
		ID: e.ID, At: v.at(e.At), Act: string(e.Act), Actor: e.ActorName, ActorID: e.Actor, Credential: string(e.Credential), Token: e.Token,
		Object: string(e.Object), ObjectName: e.ObjectName, ObjectID: e.ObjectID,
		Address: addressText(e.Via.Address), Face: e.Via.Face, Request: e.Via.RequestID, Reason: e.Reason, Why: eventReason(e), Out: e.Outcome,
	}
	if row.Credential == "" {
		row.Credential = "nobody"
	}
	if e.Object == pat.ObjectToken {
		row.ObjectPath = anyTokenPath(pat.TokenID(e.ObjectID))
	}
	return row
}
