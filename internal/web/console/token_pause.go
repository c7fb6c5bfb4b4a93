package console

import "jeton/internal/pat"

// pauseToken stops the token until it is resumed. Neither asks for a password:
// the one is to be easy, and the other gives nothing that was not there.
func (v *visit) pauseToken() error {
	return v.move("paused", func(id pat.TokenID) error {
		_, err := v.f.Authority.PauseToken(v.r.Context(), v.who, id, "")
		return err
	})
}

func (v *visit) resumeToken() error {
	return v.move("resumed", func(id pat.TokenID) error {
		_, err := v.f.Authority.ResumeToken(v.r.Context(), v.who, id)
		return err
	})
}

// endOverlap stops the old value of a rotation now.
func (v *visit) endOverlap() error {
	return v.move("retired", func(id pat.TokenID) error {
		_, err := v.f.Authority.EndOverlap(v.r.Context(), v.who, id)
		return err
	})
}

// move makes one step in the life of the token of the path.
func (v *visit) move(said string, step func(pat.TokenID) error) error {
	t, err := v.live()
	if err != nil {
		return err
	}
	if err := step(t.ID); err != nil {
		return err
	}
	return v.done(said, tokenPath(t.ID))
}
