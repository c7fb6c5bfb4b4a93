package console_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	auditLink = regexp.MustCompile(`href="(/api/v2/activity_stream/[^"]+)"`)
	eventLink = regexp.MustCompile(`<a class="name" href="/admin/audit/([0-9]+)"`)
)

// Whatever the filters are, the table has the events of the page, in its order.
func TestTheTableHasWhatTheTrailShows(t *testing.T) {
	h := withAda(t)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.create("nightly")
	secret := bea.secret()
	ada.create("2") // the name of one, the number of another
	ada.get("/admin/tokens/1/revoke")
	ada.post("/admin/tokens/1/revoke", "reason", "=leaked", "sure", "1")
	for _, query := range []string{
		"", "who=bea", "object=token", "object=user&operation=create", "act=token.created", "word=NIGHT", "object=token&id=1",
		"from=2026-11-25&to=2026-11-25", "token=nightly", "token=1", "token=2", "token=1&operation=delete",
		"address=127.0.0.1", "address=127.0.0.0/9&object=token", "address=%3A%3Affff:127.0.0.1",
	} {
		ada.get("/admin/audit?" + query)
		ada.want(http.StatusOK)
		var shown, table []string
		for _, m := range eventLink.FindAllStringSubmatch(ada.body, -1) {
			shown = append(shown, m[1])
		}
		m := auditLink.FindStringSubmatch(ada.body)
		if m == nil || len(shown) == 0 {
			t.Fatalf("%s: no table of %v", query, shown)
		}
		link := html.UnescapeString(m[1])
		for _, row := range ada.table(link, secret) {
			table = append(table, row[0])
			if strings.HasPrefix(row[5], "=") {
				t.Errorf("a formula: %v", row)
			}
		}
		if !slices.Equal(shown, table) {
			t.Errorf("%s: the page has %v, the table %v", query, shown, table)
		}
		bea.get(link) // who may not see all gets the own at most
		if strings.Contains(bea.body, ",ada,") && strings.Contains(bea.body, "127.0.0.1,console") {
			t.Errorf("%s: a plain user reads from where others acted: %s", query, bea.body)
		}
	}
	ada.get("/admin/audit?token=nosuch")
	if auditLink.MatchString(ada.body) {
		t.Error("there is a table of nothing")
	}
	bea.get("/admin/audit?address=192.0.2.1")
	bea.want(http.StatusNotFound)
}
