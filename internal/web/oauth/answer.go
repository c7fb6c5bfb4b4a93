package oauth

import (
	"encoding/json"
	"strconv"

	"jeton/internal/pat"
)

const jsonType = "application/json" // exactly so: openid-client compares the whole of it

const inactive = `{"active":false}`

// appendAnswer appends the answer of RFC 7662 §2.2, its members always in the
// same order. It is written by hand because it is written for each request of
// somebody else's service.
func (f *Face) appendAnswer(b []byte, found *pat.Introspection) []byte {
	if !found.Active {
		return append(b, inactive...)
	}
	b = append(b, `{"active":true,"scope":`...)
	b = appendText(b, found.Scopes.Effective())
	if found.ClientID != "" {
		b = append(b, `,"client_id":`...)
		b = appendText(b, found.ClientID)
	}
	b = append(b, `,"username":`...)
	b = appendText(b, found.Name)
	b = append(b, `,"sub":"`...)
	b = strconv.AppendInt(b, int64(found.User), 10)
	b = append(b, '"')
	if !found.ExpiresAt.IsZero() {
		b = append(b, `,"exp":`...)
		b = strconv.AppendInt(b, found.ExpiresAt.Unix(), 10)
	}
	if !found.CreatedAt.IsZero() {
		b = append(b, `,"iat":`...)
		b = strconv.AppendInt(b, found.CreatedAt.Unix(), 10)
	}
	b = append(b, `,"jti":"`...)
	b = strconv.AppendInt(b, int64(found.Token), 10)
	b = append(b, `","token_type":"Bearer"`...)
	b = append(b, f.issuer...)
	return append(b, '}')
}

// issuerMember is the end of an answer, the same for all.
func (f *Face) issuerMember() []byte {
	if !f.Public {
		return nil
	}
	return appendText([]byte(`,"iss":`), f.Issuer)
}

// appendText appends text as a JSON string. Names and scopes hold nothing that
// needs an escape; whatever does goes the long way.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			long, _ := json.Marshal(text) // a string: cannot fail
			return append(b, long...)
		}
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"')
}
