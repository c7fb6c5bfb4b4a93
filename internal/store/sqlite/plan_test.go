package sqlite

import (
	"context"
	"strings"
	"testing"
)

// plan returns how SQLite means to answer the query.
func plan(t *testing.T, c *conn, query string, args ...any) string {
	t.Helper()
	for range strings.Count(query, "?") - len(args) {
		args = append(args, nil)
	}
	var steps []string
	err := c.once(context.Background(), "explain query plan "+query, args, func(r *row) {
		_, _, _ = r.int(), r.int(), r.int()
		steps = append(steps, r.text())
	})
	if err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return strings.Join(steps, "; ")
}

// successorPlan ends the plans of queries that read whole tokens.
const successorPlan = "; CORRELATED SCALAR SUBQUERY 1; SEARCH s USING COVERING INDEX tokens_family (family=? AND generation=?)"

func TestPlans(t *testing.T) {
	s := fresh(t)
	const client = "; CORRELATED SCALAR SUBQUERY 1; SEARCH a USING INTEGER PRIMARY KEY (rowid=?)"
	const refreshed = "; CORRELATED SCALAR SUBQUERY 1; SEARCH r USING INDEX refresh_tokens_token (token=? AND expires_at>?)"
	for _, tt := range []struct{ name, query, want string }{
		{"an entry by its digest", entryByDigest, "SEARCH t USING COVERING INDEX tokens_lookup (digest=?)" + client},
		{"a usual entry by its digest", plainByDigest, "SEARCH t USING COVERING INDEX tokens_lookup (digest=?)"},
		{"entries by id", entriesAfter, "SEARCH t USING INTEGER PRIMARY KEY (rowid>?)" + client},
		{"changes", changesAfter, "SEARCH c USING INTEGER PRIMARY KEY (rowid>?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN; SEARCH u USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + client},
		{"the head", head, "SEARCH changes"},
		{"what to prune of the feed", pruneChanges, "SEARCH changes USING INTEGER PRIMARY KEY (rowid<?); SCALAR SUBQUERY 1; SCAN changes; SCALAR SUBQUERY 2; SEARCH changes"},
		{"a user by name", userByName, "SEARCH u USING INDEX users_name (folded=?)"},
		{"a token of a name", liveNamed, "SEARCH tokens USING INDEX tokens_named (owner=? AND name=?)"},
		{"live tokens", countAt, "SEARCH c USING INTEGER PRIMARY KEY (rowid=?); SEARCH t USING INDEX tokens_owner_expires (owner=? AND expires_shown>? AND expires_shown<?) LEFT-JOIN"},
		{"live tokens of many, and their use", liveUse, "SCAN j VIRTUAL TABLE INDEX 1:; SEARCH t USING COVERING INDEX tokens_owner_expires (owner=? AND expires_shown>?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN; USE TEMP B-TREE FOR GROUP BY"},
		{"live tokens of an earlier hour", uncounted, "SEARCH tokens USING INDEX tokens_owner_expires (owner=? AND expires_shown>? AND expires_shown<?)"},
		{"the tokens of a deleted user", endTokensOf, "SEARCH tokens USING INDEX tokens_owner_expires (owner=?)"},
		{"the live tokens of an application", liveOfApplication, "SEARCH tokens USING INDEX tokens_application (application=?)"},
		{"the refresh tokens of an application", endRefreshOf, "SEARCH refresh_tokens USING INDEX refresh_tokens_application (application=?)"},
		{"the codes of an application", deleteCodesOf, "SEARCH codes USING COVERING INDEX codes_application (application=?)"},
		{"an application by its client id", applicationByClient, "SEARCH a USING INDEX applications_client (client_id=?)"},
		{"an application by name", applicationByName, "SEARCH a USING INDEX applications_name (name=?)"},
		{"a refresh token by its digest", refreshByDigest, "SEARCH refresh_tokens USING INDEX refresh_tokens_digest (digest=?)"},
		{"a family of refresh tokens", refreshFamily, "SEARCH refresh_tokens USING INDEX refresh_tokens_family (<expr>=?)"},
		{"a code by its digest", codeByDigest, "SEARCH codes USING INDEX codes_digest (digest=?)"},
		{"what to prune of the refresh tokens", pruneRefresh, "SEARCH refresh_tokens USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH refresh_tokens USING COVERING INDEX refresh_tokens_expires (expires_at<?)"},
		{"what to prune of the codes", pruneCodes, "SEARCH codes USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH codes USING COVERING INDEX codes_expires (expires_at<?)"},
		{"what to prune of the tokens", pruneTokens, "SEARCH tokens USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH tokens USING INDEX tokens_brief (revoked_at<?); SEARCH token_networks USING PRIMARY KEY (token_id=?); SEARCH token_addresses USING PRIMARY KEY (token_id=?); SEARCH token_days USING PRIMARY KEY (token_id=?); SEARCH token_hours USING PRIMARY KEY (token_id=?); SEARCH token_use USING INTEGER PRIMARY KEY (rowid=?)"},
		{"a session by its digest", sessionByDigest, "SEARCH s USING INDEX sessions_digest (digest=?); SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"},
		{"a user's sessions", sessionsOf, "SEARCH s USING INDEX sessions_user (user_id=?)"},
		{"what to prune of the sessions", pruneSessions, "SEARCH sessions USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; SEARCH sessions USING COVERING INDEX sessions_until (until<?)"},
		{"a user's devices", devicesOf, "SEARCH devices USING PRIMARY KEY (user_id=?); USE TEMP B-TREE FOR ORDER BY"},
		{"a device that is new again", distrustDevice, "SEARCH devices USING PRIMARY KEY (user_id=? AND digest=?)"},
		{"a device that is dropped", dropDevice, "SEARCH devices USING PRIMARY KEY (user_id=? AND digest=?)"},
		{"the devices of a deleted user", dropDevicesOf, "SEARCH devices USING PRIMARY KEY (user_id=?)"},
		{"tokens that outlive a bound", liveLonger, "SCAN t USING INDEX tokens_kept; SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan},
		{"tokens of a list of scopes", liveScoped, "SEARCH t USING INDEX tokens_scope (scope=?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan},
		{"an owner's tokens, by id", liveOwned, "SEARCH t USING INDEX tokens_owner (owner=?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan},
		{"the lists of scopes in use", liveScopes, "CO-ROUTINE used; SETUP; SEARCH tokens USING COVERING INDEX tokens_scope; RECURSIVE STEP; SCAN used; CORRELATED SCALAR SUBQUERY 2; SEARCH tokens USING COVERING INDEX tokens_scope (scope>?); SCAN used"},
		{"the version of the policy", policyVersion, "SCAN policy_version"},
		{"a family of tokens", tokenFamily, "CO-ROUTINE (subquery-2); MULTI-INDEX OR; INDEX 1; SEARCH t USING INTEGER PRIMARY KEY (rowid=?); INDEX 2; SEARCH t USING INDEX tokens_family (family=?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan + "; USE TEMP B-TREE FOR ORDER BY; SCAN (subquery-2); USE TEMP B-TREE FOR ORDER BY"},
		{"what is not revoked of a family", unrevokedFamily, "MULTI-INDEX OR; INDEX 1; SEARCH t USING INTEGER PRIMARY KEY (rowid=?); INDEX 2; SEARCH t USING INDEX tokens_family (family=?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan + "; USE TEMP B-TREE FOR ORDER BY"},
		{"idle tokens", idleTokens, "SEARCH t USING INDEX tokens_kept (id>?); SEARCH tu USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN" + successorPlan},
		{"what was revoked long ago", revokedBefore, "SEARCH tokens USING COVERING INDEX tokens_ended (revoked_at<?)"},
		{"what expired long ago", expiredBefore, "SEARCH tokens USING INDEX tokens_expires (expires_shown<?)" + refreshed + "; CORRELATED SCALAR SUBQUERY 2; SEARCH s USING INDEX tokens_family (family=? AND generation=?)"},
		{"what expired and is short-lived", fleetingBefore, "SEARCH tokens USING INDEX tokens_fleeting (expires_shown<?)" + refreshed},
		{"what to prune of the selections", pruneBulks, "SEARCH bulks USING INDEX bulks_at (at<?)"},
		{"what a user is told of", noticesBefore, "SEARCH e USING INDEX events_notices (owner=? AND id<?); LIST SUBQUERY 1; SCAN json_each VIRTUAL TABLE INDEX 1:; CREATE BLOOM FILTER"},
		{"how much of it is unread", countNotices, "CO-ROUTINE (subquery-2); SEARCH e USING INDEX events_notices (owner=? AND id>?); LIST SUBQUERY 1; SCAN json_each VIRTUAL TABLE INDEX 1:; CREATE BLOOM FILTER; SCAN (subquery-2)"},
		{"use by day", dayUse, "CO-ROUTINE (subquery-2); COMPOUND QUERY; LEFT-MOST SUBQUERY; SCAN j VIRTUAL TABLE INDEX 1:; SEARCH t USING INTEGER PRIMARY KEY (rowid=?); SEARCH d USING PRIMARY KEY (token_id=? AND start>?); UNION ALL; SCAN j VIRTUAL TABLE INDEX 1:; SEARCH t USING INTEGER PRIMARY KEY (rowid=?); SEARCH h USING PRIMARY KEY (token_id=? AND start>?); SCAN (subquery-2); USE TEMP B-TREE FOR GROUP BY"},
		{"a used form", usedForm, "SEARCH used_forms USING INDEX used_forms_digest (digest=?)"},
		{"what to prune of the used forms", pruneForms, "SEARCH used_forms USING INDEX used_forms_at (at<?)"},
		{"families that are ending", endingFamilies, "SCAN ending_families"},
		{"a family that has ended", finishEnding, "SEARCH ending_families USING INTEGER PRIMARY KEY (rowid=?)"},
		{"an answer by its key", answerByKey, "SEARCH answers USING INDEX answers_key (key=?)"},
		{"what to prune of the answers", pruneAnswers, "SEARCH answers USING INDEX answers_at (at<?)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := plan(t, s.commits.conn, tt.query); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
