package awx_test

import (
	"context"
	"testing"

	"jeton/internal/authority"
	"jeton/internal/pat"
	"jeton/internal/web"
	"jeton/internal/web/awx"
)

// interrupted is an authority that lets something happen between the check of
// a bearer and what the bearer came for.
type interrupted struct {
	*authority.Authority
	meanwhile func()
}

func (i interrupted) Verify(ctx context.Context, secret, need string, via pat.Via) (pat.Principal, error) {
	who, err := i.Authority.Verify(ctx, secret, need, via)
	i.meanwhile()
	return who, err
}

// TestDeletedMeanwhile deletes a user after their bearer was found good. It is
// the bearer that is refused then: of no other user was there a word.
func TestDeletedMeanwhile(t *testing.T) {
	tests := []struct{ name, method, path, body string }{
		{"a token for themselves", "POST", "/api/v2/tokens/", `{}`},
		{"a token at their own path", "POST", pt, `{}`},
		{"their tokens", "GET", pt, ""},
		{"themselves", "GET", "/api/v2/users/2/", ""},
		{"a change of themselves", "PATCH", "/api/v2/users/2/", `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t)
			secret, _ := s.mint(t, alice, `{}`)
			face := &awx.Face{Now: s.clock, Authority: interrupted{s.authority, func() {
				check(t, s.authority.DeleteUser(context.Background(), pat.Operator("test"), s.ids[alice]))
			}}}
			var faces web.Faces
			face.Mount(&faces)
			s.handler = (&web.Floor{Log: s.authority.Log, Now: s.clock}).Wrap(&faces)
			expect(t, s.do(tt.method, tt.path, secret, tt.body), 401, noIdentity)
		})
	}
}
