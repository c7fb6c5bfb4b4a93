package console

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"jeton/internal/pat"
)

// maxAuditTokens is how many tokens of one name the trail is filtered by, the
// latest of them.
const maxAuditTokens = 50

// auditTokens finds the tokens that a text means: by number, and those that have
// it for a name or as their last four characters. That has no index: it reads a
// million tokens in 0.4 s, and two more indexes would burden every new token.
func (v *visit) auditTokens(text string) ([]int64, error) {
	found, _, err := v.f.Authority.Tokens(v.r.Context(), v.who, pat.Newest(maxAuditTokens,
		pat.Cond{Any: []pat.Cond{is("name", pat.Equal, text), is("last_four", pat.Equal, text)}}))
	var ids []int64
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		ids = append(ids, id)
	}
	for i := range found {
		ids = append(ids, int64(found[i].ID))
	}
	return ids, err
}

// auditCSV is where the API has what the filters show as a table.
func (v *visit) auditCSV(view *auditView, conds []pat.Cond) string {
	q := url.Values{"format": {"csv"}, "order_by": {"-id"}}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("actor__username", view.Who)
	set("changes__icontains", view.Word)
	set("address", view.Address)
	for _, c := range conds {
		switch value := c.Value.(type) {
		case string:
			if name := map[string]string{"object": "object1", "operation": "operation", "act": "act"}[c.Field]; name != "" {
				q.Set(name, value)
			}
		case int64:
			q.Set("object_id", strconv.FormatInt(value, 10))
		case time.Time:
			if c.Op == pat.Less {
				q.Set("timestamp__lt", value.Format(time.RFC3339))
			} else {
				q.Set("timestamp__gte", value.Format(time.RFC3339))
			}
		}
	}
	if view.Token != "" {
		q.Set("or__o_auth2_access_token__in", numbers(view.tokens))
		q.Set("or__credential_token__in", numbers(view.tokens))
	}
	return "/api/v2/activity_stream/?" + q.Encode()
}

func numbers(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ",")
}
