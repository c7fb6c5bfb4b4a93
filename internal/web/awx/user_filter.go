package awx

import "jeton/internal/pat"

// users is what lists of users can be filtered and ordered by. is_system_auditor
// is not among it: AWX has it elsewhere and clients were told so.
var users = &list{
	class: userClass,
	typ:   userType,
	columns: map[string]column{
		"id":                 {field: "id", kind: pat.Int},
		"pk":                 {field: "id", kind: pat.Int},
		"username":           {field: "username", kind: pat.String},
		"first_name":         {field: "first_name", kind: pat.String},
		"last_name":          {field: "last_name", kind: pat.String},
		"email":              {field: "email", kind: pat.String},
		"is_superuser":       {field: "admin", kind: pat.Bool},
		"is_active":          {field: "disabled", kind: pat.Bool, enabled: true},
		"is_service_account": {field: "service", kind: pat.Bool},
		"created":            {field: "created", kind: pat.Time},
		"date_joined":        {field: "created", kind: pat.Time},
		"modified":           {field: "modified", kind: pat.Time},
		"last_login":         {field: "last_login", kind: pat.Time},
	},
	search: []string{"username", "first_name", "last_name", "email"},
	order:  []pat.Order{{Field: "username"}},
}
