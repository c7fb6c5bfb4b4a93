package awx

// What follows tells OPTIONS what the caller may do. It decides nothing: the
// authority judges every act for itself.

// mayChangeUser reports whether the caller may act for the user of the path.
func (f *Face) mayChangeUser(c *call) bool {
	u, err := f.user(c)
	return err == nil && c.who.MayActFor(u.ID)
}

// mayChangeToken reports whether the caller may change the token of the path.
func (f *Face) mayChangeToken(c *call) bool {
	tok, err := f.token(c)
	return err == nil && c.who.MayActFor(tok.Owner)
}

// mayManage reports whether the caller may make and change what belongs to
// nobody in particular.
func mayManage(c *call) bool { return c.who.Admin && c.who.MayWrite() }

// mayChangeApplication reports whether there is the application of the path and
// the caller may change it.
func (f *Face) mayChangeApplication(c *call) bool {
	_, err := f.application(c)
	return err == nil && mayManage(c)
}
