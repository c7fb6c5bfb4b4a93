package oauth

import (
	"net/http"
	"net/netip"

	"jeton/internal/web"
)

// introspect serves RFC 7662. token_type_hint is taken and says nothing, since
// there is one type of token. client_ip is an addition: the address from which
// the token was used, as the API that asks has seen it. Without it a token that
// is bound to networks is not active.
func (f *Face) introspect(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	c, err := readClient(r, form)
	if err != nil {
		return err
	}
	who, err := f.verify(r, c, web.QuietVia(w))
	if err != nil {
		return err
	}
	token, err := tokenOf(form)
	if err != nil {
		return err
	}
	from, err := parseIP(form["client_ip"])
	if err != nil {
		return err
	}
	found, err := f.Authority.Introspect(r.Context(), who, token, from)
	if err != nil {
		return err
	}
	web.Bytes(w, http.StatusOK, jsonType, f.appendAnswer(make([]byte, 0, 320), &found))
	return nil
}

// parseIP reads client_ip; the empty text is the zero Addr.
func parseIP(text string) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, invalid("client_ip must be one IP address")
	}
	return addr.Unmap().WithZone(""), nil // a zone means something on one machine, and may be of any length
}
