package awx

import (
	"net/http"

	"jeton/internal/web"
)

// config serves GET /api/v2/config/: what AWX says of an installation, as far as
// it means something here. Of folders on its disk a server says nothing.
func config(c *call) error {
	return c.answer(http.StatusOK, web.Object{
		{Key: "time_zone", Value: "UTC"},
		{Key: "license_info", Value: web.Object{
			{Key: "license_type", Value: "open"},
			{Key: "valid_key", Value: true},
			{Key: "subscription_name", Value: "OPEN"},
			{Key: "product_name", Value: "AWX"},
		}},
		{Key: "version", Value: version},
		{Key: "eula", Value: ""},
		{Key: "analytics_status", Value: "off"},
		{Key: "analytics_collectors", Value: web.Object{}},
		{Key: "become_methods", Value: []any{}},
		{Key: "ui_next", Value: false},
	})
}

// configShape is told at /api/v2/config/.
var configShape = &shape{name: "Config", single: true, fields: []field{
	{name: "time_zone", typ: "string", label: "Time zone", help: "Of all times here: UTC.", hidden: true},
	{name: "license_info", typ: "object", label: "License info", help: "As AWX without a subscription.", hidden: true, inner: []field{
		{name: "license_type", typ: "string"},
		{name: "valid_key", typ: "boolean"},
		{name: "subscription_name", typ: "string"},
		{name: "product_name", typ: "string"},
	}},
	{name: "version", typ: "string", label: "Version", help: "The release of AWX whose API this is.", hidden: true},
	{name: "eula", typ: "string", label: "Eula", help: "Always empty.", hidden: true},
	{name: "analytics_status", typ: "string", label: "Analytics status", help: "Always off.", hidden: true},
	{name: "analytics_collectors", typ: "object", label: "Analytics collectors", help: "Always empty.", hidden: true},
	{name: "become_methods", typ: "list", label: "Become methods", help: "Always empty.", hidden: true, json: "strings"},
	{name: "ui_next", typ: "boolean", label: "Ui next", help: "Always false.", hidden: true},
}}
