package console_test

import (
	"context"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var csvLink = regexp.MustCompile(`href="(/api/v2/tokens/[^"]+)"`)

// The link of a list gives the tokens of the list: with the cookie alone, and
// not to plain users.
func TestTheTableHasWhatTheListHas(t *testing.T) {
	h := withAda(t)
	bea := h.signedIn(t, "bea")
	secret := bea.created("old", "expiration", "365")
	bea.create("gone")
	must(t, h.RevokeToken(context.Background(), operator, 2, "leaked"))
	bea.create("stopped", "networks", "10.0.0.0/8", "access", "read", "expiration", "365")
	_, err := h.PauseToken(context.Background(), operator, 3, "")
	must(t, err)
	h.sleep(100 * 24 * time.Hour)
	bea, ada := h.signedIn(t, "bea"), h.signedIn(t, "ada")
	bea.create("open", never...)
	ada.create("brief", "expiration", "7")
	for _, tt := range []struct{ query, want string }{
		{"", "brief old open stopped"},
		{"view=never", "open"},
		{"view=unused", "old stopped"},
		{"view=soon", "brief"},
		{"view=anywhere", "brief old open"},
		{"view=full", "brief old open"},
		{"view=paused", "stopped"},
		{"view=ended", "gone"},
		{"view=unused&owner=1", ""},
		{"view=unused&idle=2027-03-06", "old stopped"}, // a day on which all are idle
		{"view=unused&idle=2026-11-25", ""},
		{"owner=1", "brief"},
		{"ends=2027-06-01", "brief"},
		{"idle=2026-12-01&view=full", "old"},
	} {
		ada.get("/admin/tokens?" + tt.query)
		m := csvLink.FindStringSubmatch(ada.body)
		if m == nil {
			t.Fatalf("%s: no table", tt.query)
		}
		link := html.UnescapeString(m[1])
		shown := rowNames.FindAllStringSubmatch(ada.body, -1)
		var table, list []string
		for _, row := range ada.table(link, secret) {
			table = append(table, row[3])
		}
		for _, m := range shown {
			list = append(list, m[1])
		}
		slices.Sort(table)
		slices.Sort(list)
		if strings.Join(table, " ") != tt.want || !slices.Equal(table, list) {
			t.Errorf("%s: the table has %q, the list %q, want %s", tt.query, table, list, tt.want)
		}
		bea.get(link)
		if strings.Contains(bea.body, "brief") {
			t.Errorf("a plain user reads the tokens of others: %s", bea.body)
		}
	}
	for _, query := range []string{"view=breaks", "view=disabled", "q=old"} {
		ada.get("/admin/tokens?" + query)
		if csvLink.MatchString(ada.body) {
			t.Errorf("%s has a table, which would be another list", query)
		}
	}
}

var rowNames = regexp.MustCompile(`<a class="name"[^>]*>([^<]+)<`)
