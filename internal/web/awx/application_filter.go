package awx

import "jeton/internal/pat"

// applications is what lists of applications can be filtered and ordered by.
var applications = &list{
	class: applicationClass,
	typ:   applicationType,
	columns: map[string]column{
		"id":                       {field: "id", kind: pat.Int},
		"pk":                       {field: "id", kind: pat.Int},
		"name":                     {field: "name", kind: pat.String},
		"description":              {field: "description", kind: pat.String},
		"client_type":              {field: "type", kind: pat.String},
		"redirect_uris":            {field: "redirect_uris", kind: pat.String},
		"authorization_grant_type": {field: "grant", kind: pat.String},
		"skip_authorization":       {field: "skip_consent", kind: pat.Bool},
		"created":                  {field: "created", kind: pat.Time},
		"modified":                 {field: "modified", kind: pat.Time},
		"updated":                  {field: "modified", kind: pat.Time},
		"organization":             {field: "organization", kind: pat.Int, relation: true},
		"organization__id":         {field: "organization", kind: pat.Int},
		"organization__name":       {field: "organization.name", kind: pat.String},
	},
	search: []string{"name", "description"},
	order:  []pat.Order{{Field: "name"}},
}
