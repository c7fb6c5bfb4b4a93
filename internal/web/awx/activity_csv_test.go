package awx_test

import (
	"strings"
	"testing"
)

func TestActivityAsATable(t *testing.T) {
	s := open(t)
	secret, _ := s.mint(t, alice, `{"description":"=cmd","name":"=1+1","scope":"write"}`) // 7, after the users
	s.must(t, 200, "PATCH", "/api/v2/tokens/1/", secret, `{"description":"+1"}`)
	s.mint(t, eve, `{}`)

	t.Run("the whole", func(t *testing.T) {
		w := s.do("GET", stream+"?format=csv&object1=o_auth2_access_token&order_by=-id&id__lt=9", admin, "")
		lines := strings.Split(times.ReplaceAllString(w.Body.String(), "T"), "\r\n")
		for i := range lines {
			lines[i] = requestIDs.ReplaceAllString(lines[i], ",R,")
		}
		want := []string{
			"id,timestamp,act,operation,outcome,reason,actor,actor_username,credential,credential_token,address,face,request_id,object1,object_id,object_name,changes",
			`8,T,token.edited,update,done,,2,alice,token,1,192.0.2.1,api,R,o_auth2_access_token,1,'=1+1,"{""description"":[""=cmd"",""+1""]}"`,
			`7,T,token.created,create,done,,2,alice,password,,192.0.2.1,api,R,o_auth2_access_token,1,'=1+1,"{""description"":""=cmd"",""application"":null,""scope"":""write"",""id"":1,""token"":""************"",""user"":2,""name"":""=1+1"",""expires"":""T""}"`,
			"",
		}
		if strings.Join(lines, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\nwant %s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
		if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="activity-2026-11-22.csv"` {
			t.Error(got)
		}
		if strings.Contains(w.Body.String(), secret[4:]) {
			t.Error("a secret is in it")
		}
	})
	for _, tt := range []struct{ name, path, as, ids string }{
		{"an auditor sees all", stream, dave, "1 2 3 4 5 6 7 8 9"},
		{"a plain user's are the own", stream, alice, "2 7 8"},
		{"of a token", "/api/v2/tokens/1/activity_stream/", alice, "7 8"},
		{"by what was done with it", stream + "?credential_token=1", admin, "8"},
		{"by network and time", stream + "?address=192.0.2.0/24&timestamp__gt=2026-01-01T00:00:00Z&order_by=-id", admin, "9 8 7"},
		{"of none", stream + "?id=99", admin, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var ids []string
			for _, row := range s.table(t, tt.path, tt.as) {
				ids = append(ids, row[0])
				if row[0] == "2" && tt.as == alice && row[10]+row[8]+row[12] != "" {
					t.Errorf("from where another acted is told: %v", row)
				}
			}
			if got := strings.Join(ids, " "); got != tt.ids {
				t.Errorf("found %q, want %q", got, tt.ids)
			}
		})
	}
	expect(t, s.do("GET", stream+"?format=csv&address=192.0.2.1", alice, ""), 403, forbidden)
	expect(t, s.do("GET", stream+"?format=csv", "", ""), 401, noIdentity)
	expect(t, s.do("GET", stream+"?format=csv&order_by=-timestamp", admin, ""), 400, `{"detail":"CSV comes in the order of ids. Leave order_by out, or use id or -id."}`)
	expect(t, s.do("GET", "/api/v2/tokens/2/activity_stream/?format=csv", alice, ""), 403, forbidden)
}

// More entries than are read at a time come complete and once.
func TestActivityAsATableOfMany(t *testing.T) {
	s := open(t)
	const n = 2_100
	s.manyEvents(t, n)
	for _, query := range []string{"?act=token.used", "?act=token.used&order_by=-id&address=0.0.0.0/0", "?act=token.used&o_auth2_access_token=9"} {
		seen := map[string]bool{}
		for _, row := range s.table(t, stream+query, admin) {
			seen[row[0]] = true
		}
		if len(seen) != n {
			t.Errorf("%s: %d rows", query, len(seen))
		}
	}
}
