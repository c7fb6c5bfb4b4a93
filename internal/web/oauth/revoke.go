package oauth

import (
	"net/http"

	"jeton/internal/web"
)

// revoke serves RFC 7009. The client may be the token itself, its owner or an
// administrator, and prove it by a token or, as at the token endpoint, by name and
// password. A token that is not there, or not theirs, is answered alike and
// stays as it is. The answer is an object, since some clients want JSON here.
func (f *Face) revoke(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	c, err := readClient(r, form)
	if err != nil {
		return err
	}
	who, err := f.authenticate(r, c, web.ViaOf(r))
	if err != nil {
		return err
	}
	token, err := tokenOf(form)
	if err != nil {
		return err
	}
	if err := f.Authority.RevokeSecret(r.Context(), who, token); err != nil {
		return err
	}
	web.Bytes(w, http.StatusOK, jsonType, []byte("{}"))
	return nil
}
