package app_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

func formType(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }

// misplacedHeaders returns edits that put the secret into a header.
func misplacedHeaders(secret string) (edits []func(*http.Request)) {
	header := func(name, value string) {
		edits = append(edits, func(r *http.Request) { r.Header[name] = []string{value} })
	}
	for _, scheme := range []string{"", "Bearer ", "Basic ", "Token ", "Bearer x ", "bearer  "} {
		header("Authorization", scheme+latin1(secret))
	}
	for _, pair := range []string{secret, secret + ":x", "nobody:" + secret, secret + ":" + secret, "eve:x" + secret} {
		header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	for _, name := range []string{
		"User-Agent", "Referer", "X-Request-Id", "Traceparent", "Cookie", "X-Forwarded-For", "X-Forwarded-Method", "X-Original-Uri", "Accept", "Accept-Language",
		"Content-Type", "Content-Encoding", "Idempotency-Key", "Origin", "X-Api-Key", "X-Auth-User",
	} {
		header(name, latin1(secret))
	}
	return edits
}

// misplacedInForm returns forms with the secret in every parameter, as a
// parameter, and in what is no form.
func misplacedInForm(secret string) (bodies []string) {
	for _, key := range []string{"grant_type", "client_id", "client_secret", "scope", "code", "username", "email", "password", secret} {
		v := url.Values{"grant_type": {"client_credentials"}}
		v.Set(key, secret)
		bodies = append(bodies, v.Encode())
	}
	escaped := url.QueryEscape(secret)
	return append(bodies, "client_secret="+escaped+"%zz", "x="+escaped+"&x="+escaped, "\x00"+secret, secret, "code="+secret+"%")
}

// misplacedInJSON returns objects with the secret in every field that is not
// kept as it is, as a field, and in what is no JSON.
func misplacedInJSON(secret string) (bodies []string) {
	quoted := jsonOf(secret)
	for _, key := range []string{"scope", "expires", "application", "password", "time_zone", "language", "is_superuser", "is_active", "token"} {
		bodies = append(bodies, `{"username":"x y","`+key+`":`+quoted+`}`, `{"`+key+`":[`+quoted+`]}`, `{"`+key+`":{`+quoted+`:1}}`)
	}
	return append(bodies, `{`+quoted+`:1}`, `{"username":"`+strings.Repeat("x", 200)+`","email":`+quoted+`}`,
		`{"password":`+quoted, `{`+secret+`}`, `{"password":`+secret+`}`, secret, quoted, `[`+quoted+`]`, "\xff"+quoted)
}
