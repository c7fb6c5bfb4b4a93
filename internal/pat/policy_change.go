package pat

// PolicyState is the policy in force: the rules for everyone, the settings that
// make it so, and those that are stricter for some.
type PolicyState struct {
	Everyone Policy
	Set      []Setting
	// Version is another one after every change; 0 while nothing was ever set.
	Version int64
}

// PolicyChange is what an administrator makes of the policy.
type PolicyChange struct {
	// Replace takes back all settings before anything is set.
	Replace bool
	// Set gives rules a value. For a role or a user nil takes the rule back.
	Set []Setting
	// Reset takes rules back, for everyone to their default.
	Reset []Setting // without values
	// DryRun changes nothing and says what would be.
	DryRun bool
	// Of is the version that the change was made from; nil: any. What came in
	// between is not to be undone by somebody who has not seen it.
	Of *int64
}

// Breaks are the live tokens that break rules which were changed. They are what
// was found: nothing was done to them.
type Breaks struct {
	Count    int     // of tokens
	Complete bool    // else there are more: looking for them was ended
	Tokens   []Break // the first of them
	// IDs are all that were found, those that are not paused first.
	IDs    []TokenID
	Rules  map[TokenID]string // the first rule that each breaks, by its key
	Owners []Breaker          // the most broken by first
}

// Breaker is an owner of tokens that break rules.
type Breaker struct {
	User  UserID
	Name  string
	Count int
}

// Break is a live token and the first rule, in their order, that it breaks.
type Break struct {
	Token   Token
	Owner   string // the name
	Rule    string // the key
	Message string // what CreateToken would say
}
