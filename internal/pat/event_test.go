package pat

import "testing"

func TestOperationOfAnAct(t *testing.T) {
	for act, want := range map[Act]Operation{
		TokenCreated: Creates, TokenEdited: Updates, TokenRevoked: Deletes,
		UserCreated: Creates, UserEdited: Updates, UserDisabled: Updates, UserEnabled: Updates, UserDeleted: Deletes, PasswordSet: Updates,
		"token.paused": Updates, "token.rotated": Updates, "application.created": Creates, "application.deleted": Deletes,
		"": Updates, "created": Creates, "token.recreated": Updates,
	} {
		if got := act.Operation(); got != want {
			t.Errorf("%q: %s, want %s", act, got, want)
		}
	}
}
