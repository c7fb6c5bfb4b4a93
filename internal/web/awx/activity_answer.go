package awx

import (
	"context"
	"strconv"

	"jeton/internal/pat"
	"jeton/internal/web"
)

// activityAnswer is an entry of the stream, its keys in AWX's order and then
// ours. Of ours those are left out that are not for whoever asks.
type activityAnswer struct {
	ID                pat.EventID   `json:"id"`
	Type              string        `json:"type"`
	URL               string        `json:"url"`
	Related           web.Object    `json:"related"`
	Summary           web.Object    `json:"summary_fields"`
	Timestamp         string        `json:"timestamp"`
	Operation         pat.Operation `json:"operation"`
	Changes           web.Object    `json:"changes"`
	Object1           string        `json:"object1"`
	Object2           string        `json:"object2"`
	ObjectAssociation string        `json:"object_association"`
	ActionNode        string        `json:"action_node"`
	ObjectType        string        `json:"object_type"`

	Act        pat.Act        `json:"act"`
	Face       string         `json:"face"`
	Reason     string         `json:"reason"`
	Outcome    string         `json:"outcome"`
	Credential pat.Credential `json:"credential,omitempty"`
	Token      pat.TokenID    `json:"credential_token,omitempty"` // by which it was done
	Address    string         `json:"address,omitempty"`
	RequestID  string         `json:"request_id,omitempty"`
}

// activitiesOf returns the answers for a page of the stream. What is said of an
// object is what is so now, where there still is one that by may see.
func (f *Face) activitiesOf(ctx context.Context, by pat.Principal, page []pat.Activity) ([]any, error) {
	said, err := f.extracts(ctx, by, page)
	if err != nil {
		return nil, err
	}
	results := make([]any, len(page))
	for i := range page {
		results[i] = activityOf(&page[i], said)
	}
	return results, nil
}

// actorSummary is a user in short. id is nil for one who is gone.
func actorSummary(id any, name, first, last string) web.Object {
	return web.Object{{Key: "id", Value: id}, {Key: "username", Value: name}, {Key: "first_name", Value: first}, {Key: "last_name", Value: last}}
}

// activityOf returns the answer for an entry.
func activityOf(e *pat.Activity, said extracts) activityAnswer {
	a := activityAnswer{
		ID: e.ID, Type: activityType, URL: activityURL(e.ID), Related: web.Object{}, Summary: web.Object{},
		Timestamp: stamp(e.At), Operation: e.Act.Operation(), Changes: changesOf(&e.Event, said),
		Object1: objectName(e.Object), ActionNode: node,
		Act: e.Act, Face: e.Via.Face, Reason: e.Reason, Outcome: e.Outcome,
		Credential: e.Credential, Token: e.Token, RequestID: e.Via.RequestID,
	}
	if e.Act == pat.TokenRefused {
		a.Reason = useReason(pat.Reason(e.Reason))
	}
	if e.Via.Address.IsValid() {
		a.Address = e.Via.Address.String()
	}
	var actor any
	if e.ActorKept {
		actor = e.Actor
		a.Related = append(a.Related, web.Member{Key: "actor", Value: userURL(e.Actor)})
	}
	if object, there := said[objectKey{e.Object, e.ObjectID}]; there && a.Operation != pat.Deletes {
		a.Related = append(a.Related, web.Member{Key: a.Object1, Value: []string{object.url}})
		a.Summary = append(a.Summary, web.Member{Key: a.Object1, Value: []web.Object{object.summary}})
	}
	a.Summary = append(a.Summary, web.Member{Key: "actor", Value: actorSummary(actor, e.ActorName, e.ActorFirstName, e.ActorLastName)})
	return a
}

func activityURL(id pat.EventID) string {
	return "/api/v2/activity_stream/" + strconv.FormatInt(int64(id), 10) + "/"
}
