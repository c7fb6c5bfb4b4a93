package pat

// Found is the token that a pasted secret belongs to, as whoever pasted it may
// know it.
type Found struct {
	// Token is the record; of another's, which is Hidden, only how it stands:
	// ExpiresAt, RevokedAt, RetiredAt and PausedAt.
	Token  Token
	Hidden bool
	// Proof says that the secret was shown. With it the token can be reported.
	Proof string
}

// TokenReported is the act of somebody who found the secret of another's token:
// it is paused with that.
const TokenReported Act = "token.reported"
