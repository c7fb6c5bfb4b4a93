package awx

// organizationShape is told of the organization.
var organizationShape = &shape{
	name: "Organization", typ: organizationType, roles: true,
	search: []string{"name", "description"},
	fields: []field{
		{name: "id", typ: "integer", label: "ID", help: "The organization's number."},
		{name: "type", typ: "choice", label: "Type", help: "What kind of object this is.", choices: []choice{{organizationType, "Organization"}}},
		{name: "url", typ: "string", label: "Url", help: "The organization's path.", hidden: true},
		{name: "related", typ: "object", label: "Related", help: "Paths of what belongs to the organization.", hidden: true, inner: links([]string{"named_url", "users", "applications"}, "named_url", "applications")},
		{name: "summary_fields", typ: "object", label: "Summary fields", help: "Extracts, and what the caller may do to the organization.", hidden: true, inner: []field{
			{name: "resource", typ: "object", inner: []field{
				{name: "ansible_id", typ: "string", format: "uuid"}, {name: "resource_type", typ: "string"},
			}},
			{name: "user_capabilities", typ: "object", inner: capabilityFields},
		}},
		{name: "created", typ: "datetime", label: "Created", help: "When the first user was made."},
		{name: "modified", typ: "datetime", label: "Modified", help: "The same time."},
		{name: "name", typ: "string", label: "Name", help: "Always Default."},
		{name: "description", typ: "string", label: "Description", help: "Always empty."},
		{name: "max_hosts", typ: "integer", label: "Max hosts", help: "Always 0."},
		{name: "custom_virtualenv", typ: "string", label: "Custom virtualenv", help: "Always null.", nullable: true},
		{name: "default_environment", typ: "id", label: "Default environment", help: "Always null.", nullable: true},
	},
}
