package awx

// prose says in words what a path is for, and what each of its methods does.
// OPTIONS shows about, the OpenAPI document all of it.
type prose struct {
	about                         string
	get, post, put, patch, delete string
	query                         []parameterWords // what GET reads besides what all lists do
	header                        []parameterWords // what POST reads of the headers
}

// parameterWords say what a parameter of the query means.
type parameterWords struct{ name, words string }

// proses is by the pattern of the path.
var proses = map[string]prose{
	"/api/": {
		about: "Which versions of the API there are.",
		get:   "Lists the versions and their paths, and sets the cookie `csrftoken`.",
	},
	"/api/v2/": {
		about: "What the API has: names of collections, each with its path.",
		get:   "Lists the collections.",
	},
	"/api/v2/openapi.json": {
		about: "This document.",
		get:   "Answers the description of the API in OpenAPI 3.1.",
	},
	"/api/v2/ping/": {
		about: "A sign of life. Credentials are not looked at.",
		get:   "Answers as long as the server does.",
	},
	"/api/v2/me/": {
		about: "Who is asking.",
		get:   "Lists exactly one user: the caller.",
	},
	"/api/v2/config/": {
		about: "What clients of AWX want to know of an installation.",
		get:   "Answers the configuration.",
	},
	"/api/v2/users/": {
		about: "The accounts. Plain users see their own, administrators and auditors all.",
		get:   "Lists the users whom the caller may see, by name.",
		post:  "Makes a user. For administrators.",
	},
	"/api/v2/users/{id}/": {
		about: "One account, by number or by name.",
		get:   "Shows the user.",
		put:   "Changes the user. `username` has to be there; other fields that are left out stay as they are.",
		patch: "Changes the fields that are given. Users change their own name, address and password, administrators everything.",
		delete: "Deletes the user for good and revokes their tokens. For administrators, never of themselves; the last administrator " +
			"stays.",
	},
	"/api/v2/users/{id}/personal_tokens/": {
		about: "The user's tokens that belong to no application.",
		get:   "Lists the tokens. Their secrets are masked.",
		post:  "Makes a token of the user. The answer is the only one that ever shows the secret. For the user and for administrators.",
	},
	"/api/v2/users/{id}/tokens/": {
		about: "All of the user's tokens.",
		get:   "Lists the tokens. Their secrets are masked.",
		post:  "Makes a token, for an application or for none. The answer is the only one that ever shows the secret.",
	},
	"/api/v2/users/{id}/authorized_tokens/": {
		about: "The user's tokens that belong to an application.",
		get:   "Lists the tokens. Their secrets are masked.",
		post:  "Makes a token for an application. The answer is the only one that ever shows its secrets.",
	},
	"/api/v2/users/{id}/applications/": {
		about: "The applications that the caller may see.",
		get:   "Lists the applications.",
		post:  "Makes an application. The answer is the only one that ever shows its secret.",
	},
	"/api/v2/users/{id}/activity_stream/": {
		about: "What happened to the user.",
		get:   "Lists the entries that the caller may see.",
	},
	"/api/v2/tokens/": {
		about: "The tokens. Plain users see their own, administrators and auditors all.",
		get:   "Lists the tokens that the caller may see, the oldest first. Their secrets are masked; revoked ones are left out unless `status` asks for them.",
		post:  "Makes a token of the caller. The answer is the only one that ever shows the secret.",
	},
	"/api/v2/tokens/{id}/": {
		about: "One token. A revoked one is gone.",
		get:   "Shows the token, its secret masked.",
		put:   "Changes the token. A description that is left out becomes empty; scope and expiry stay.",
		patch: "Changes the fields that are given. The life of a token can be shortened, never made longer.",
		delete: "Revokes the token: from the answer on it is refused. The record stays and can be listed with " +
			"`status=revoked`.",
	},
	"/api/v2/tokens/{id}/usage/": {
		about: "How a token was used. Of a revoked one too.",
		get: "Shows when and from where the token was used, and how often it was accepted and refused: by hour, and by day " +
			"(UTC) where that is older than a week, for 90 days. `from` and `to` choose the periods that begin in between.",
		query: []parameterWords{
			{"from", "The first moment, in RFC 3339. Left out, all that is kept."},
			{"to", "The moment after the last, in RFC 3339. Left out, now."},
		},
	},
	"/api/v2/tokens/bulk/": {
		about: "Something to be done to many tokens.",
		post: "Selects tokens and shows how many they are, and the first of them. Nothing is done to them before a POST to the " +
			"path of the selection. All that is given has to hold; ended ones, and those that are so already, are left out.",
	},
	"/api/v2/tokens/bulk/{id}/": {
		about: "A selection of tokens. Only who made it sees it, for an hour after it was made or last run.",
		get:   "Shows how far the selection was run.",
		post:  "Does what was previewed to the next 2,000 of the tokens. Repeat it until none is `left`.",
	},
	"/api/v2/tokens/{id}/pause/": {
		about: "Stops a token until it is resumed.",
		post:  "Pauses the token: from the answer on it is refused. One that is paused stays so.",
	},
	"/api/v2/tokens/{id}/resume/": {
		about: "Lets a paused token be used again.",
		post:  "Resumes the token. One that is not paused stays as it is.",
	},
	"/api/v2/tokens/{id}/revoke/": {
		about: "Ends a token for good, with a reason.",
		post:  "Revokes the token: from the answer on it is refused. One that has ended stays as it is, and that is no error.",
	},
	"/api/v2/tokens/{id}/rotate/": {
		about: "Replaces the secret of a token.",
		post: "Makes a successor with the same settings and a new secret, which this answer alone shows. The old secret goes on " +
			"for the overlap. Only the newest of a family can be rotated, and none that is paused or has ended.",
		header: []parameterWords{{
			repeatHeader, "A random text of 22 to 255 characters. A call repeated with it within five minutes, with the same body, " +
				"has the same answer and makes nothing.",
		}},
	},
	"/api/v2/tokens/{id}/retire/": {
		about: "Ends the overlap of a rotation.",
		post:  "Ends the old secret of a token that was rotated now.",
	},
	"/api/v2/tokens/{id}/family/": {
		about: "A token, what it replaced and what replaced it.",
		get:   "Lists the newest 100 of the chain of rotations, ended ones too, the oldest first. It is one page.",
	},
	"/api/v2/tokens/{id}/activity_stream/": {
		about: "What happened to the token.",
		get:   "Lists the entries that the caller may see.",
	},
	"/api/v2/tokens/{id}/events/": {
		about: "What happened to the token, of a revoked one too.",
		get:   "Lists the entries of the activity stream about the token, with what ended it: its owner is to know.",
	},
	"/api/v2/applications/": {
		about: "The programs that may obtain tokens for users by OAuth 2.",
		get:   "Lists the applications that the caller may see. Their secrets are masked.",
		post:  "Makes an application. The answer is the only one that ever shows its secret.",
	},
	"/api/v2/applications/{id}/": {
		about:  "One application, by number or as `name++organization`.",
		get:    "Shows the application, its secret masked.",
		put:    "Changes the application. `name`, `client_type` and `organization` have to be there.",
		patch:  "Changes the fields that are given.",
		delete: "Deletes the application and revokes its tokens.",
	},
	"/api/v2/applications/{id}/tokens/": {
		about: "The tokens of the application.",
		get:   "Lists the tokens that the caller may see. Their secrets are masked.",
		post:  "Makes a token of the caller for the application. The answer is the only one that ever shows its secrets.",
	},
	"/api/v2/applications/{id}/activity_stream/": {
		about: "What happened to the application.",
		get:   "Lists the entries that the caller may see.",
	},
	"/api/v2/organizations/": {
		about: "The organizations. There is one.",
		get:   "Lists the organization.",
		post:  "Is refused: there is one organization only.",
	},
	"/api/v2/organizations/{id}/": {
		about:  "One organization.",
		get:    "Shows the organization.",
		put:    "Is refused: the organization stays as it is.",
		patch:  "Is refused: the organization stays as it is.",
		delete: "Is refused: the organization stays.",
	},
	"/api/v2/organizations/{id}/users/": {
		about: "The users of the organization: all.",
		get:   "Lists the users whom the caller may see, by name.",
		post:  "Makes a user, or, where the body has the `id` of one, says that they belong to it. For administrators.",
	},
	"/api/v2/organizations/{id}/applications/": {
		about: "The applications of the organization.",
		get:   "Lists the applications that the caller may see. Their secrets are masked.",
		post:  "Makes an application. The answer is the only one that ever shows its secret.",
	},
	"/api/v2/activity_stream/": {
		about: "What happened, and who did it. Plain users see what concerns them, administrators and auditors everything.",
		get:   "Lists the entries that the caller may see.",
	},
	"/api/v2/activity_stream/{id}/": {
		about: "One entry of what happened.",
		get:   "Shows the entry.",
	},
	"/api/v2/users/{id}/organizations/": {
		about: "The organization, to which every user belongs.",
		get:   "Lists the organization.",
	},
	"/api/v2/users/{id}/admin_of_organizations/": {
		about: "The organization, where the user is an administrator.",
		get:   "Lists the organization, or nothing.",
	},
	"/api/v2/users/{id}/access_list/": {
		about: "Who has access to the user, administrators apart: the user.",
		get:   "Lists the user.",
	},
	"/api/v2/users/{id}/teams/":       nothing("teams"),
	"/api/v2/users/{id}/projects/":    nothing("projects"),
	"/api/v2/users/{id}/credentials/": nothing("credentials"),
	"/api/v2/users/{id}/roles/":       nothing("roles"),
	"/api/v2/projects/":               nothing("projects"),
	"/api/v2/inventories/":            nothing("inventories"),
	"/api/v2/teams/":                  nothing("teams"),
	"/api/v2/credentials/":            nothing("credentials"),
	"/api/v2/job_templates/":          nothing("job templates"),
	"/api/v2/workflow_job_templates/": nothing("workflow job templates"),
	"/api/v2/instance_groups/":        nothing("instance groups"),
	"/api/v2/settings/": {
		about: "The groups of settings.",
		get:   "Lists the groups. To all but administrators and auditors there are none.",
	},
	"/api/v2/settings/authentication/": {
		about:  "How users sign in and how long tokens live.",
		get:    "Shows the settings. For administrators and auditors.",
		put:    "Changes the settings. Those that are left out stay as they are.",
		patch:  "Changes the settings that are given. For administrators.",
		delete: "Takes the settings back to what they were at first.",
	},
	"/api/v2/settings/policy/": {
		about: "The rules for tokens and passwords: for everyone, and stricter ones for roles and users. Of those that apply the strictest holds. Rules judge what is made; no live token is ended by one.",
		get:   "Shows the rules. For administrators and auditors.",
		put:   "Sets the rules that are given, and all others to their defaults. `dry_run=true` in the query changes nothing and tells what it would.",
		patch: "Sets the rules that are given. Null takes back a rule of a role or a user. `dry_run=true` in the query changes nothing and tells what it would.",
		delete: "Sets rules to their defaults: all, or those that `rule`, `role` and `user` in the query name. `dry_run=true` changes nothing and " +
			"tells what it would.",
	},
}

// nothing is said of what AWX has and there is none of here.
func nothing(of string) prose {
	return prose{about: "There are no " + of + " here.", get: "Lists nothing."}
}

// method returns what the method does, "" for one that nobody has described.
func (p prose) method(name string) string {
	switch name {
	case "GET":
		return p.get
	case "POST":
		return p.post
	case "PUT":
		return p.put
	case "PATCH":
		return p.patch
	case "DELETE":
		return p.delete
	case "OPTIONS":
		return "Describes the path and its fields. Needs what GET needs."
	}
	return ""
}
