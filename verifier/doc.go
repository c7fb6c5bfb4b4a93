// Package verifier lets an API written in Go accept Jeton's tokens.
//
// A Verifier asks Jeton about a token once (RFC 7662), remembers the answer and
// follows Jeton's feed of changes, so that most requests are answered from
// memory and a revocation is heard of within milliseconds:
//
//	v, err := verifier.New(verifier.Options{
//		URL:        "https://jeton.example.org",
//		Credential: verifier.FromFile("/etc/orders/jeton.secret"),
//	})
//	if err != nil { … }
//	defer v.Close()
//	http.Handle("/orders/", v.Middleware(orders))
//
// The credential is the secret of a token with the scope introspect, best one
// of a service account.
//
// # What it promises
//
// What was revoked, paused, disabled or deleted is refused here within MaxAge
// (1 s) while Jeton answers, and as a rule as soon as the network has carried
// the news. While Jeton does not answer, what is remembered is good for
// OutageGrace (4 s) more; then everything is refused with ErrUnavailable. It
// fails closed always: there is no switch to let requests through unasked.
//
// Ages are counted from the moment at which a question was sent, not from that
// of its answer. What Jeton's own server hears late from another one on the same
// data (its max-age) is part of MaxAge while the feed is heard; an answer to a
// single question may be that much older.
//
// The package needs nothing but the standard library.
package verifier
