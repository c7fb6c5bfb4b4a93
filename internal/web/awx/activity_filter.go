package awx

import (
	"errors"
	"slices"

	"jeton/internal/pat"
)

const (
	activityClass = "ActivityStream"
	activityType  = "activity_stream"
)

// activities is what lists of the activity stream can be filtered and ordered by.
var activities = &list{
	class:  activityClass,
	typ:    activityType,
	search: []string{"changes"},
	columns: map[string]column{
		"id":              {field: "id", kind: pat.Int},
		"pk":              {field: "id", kind: pat.Int},
		"timestamp":       {field: "at", kind: pat.Time},
		"operation":       {field: "operation", kind: pat.String},
		"changes":         {field: "changes", kind: pat.String},
		"object1":         {field: "object", kind: pat.String},
		"actor":           {field: "actor", kind: pat.Int, relation: true},
		"actor__id":       {field: "actor", kind: pat.Int},
		"actor__username": {field: "actor.username", kind: pat.String},
		"user":            {field: "user", kind: pat.Int, relation: true},
		"user__id":        {field: "user", kind: pat.Int},
		"act":             {field: "act", kind: pat.String},
		"object_id":       {field: "object_id", kind: pat.Int},

		"credential_token": {field: "credential", kind: pat.Int},
		"address":          {field: "address", kind: pat.String},

		"o_auth2_application":      {field: "application", kind: pat.Int, relation: true},
		"o_auth2_application__id":  {field: "application", kind: pat.Int},
		"o_auth2_access_token":     {field: "token", kind: pat.Int, relation: true},
		"o_auth2_access_token__id": {field: "token", kind: pat.Int},
	},
}

// parseActivity reads the query of a list of the stream.
func parseActivity(c *call) (selection, error) {
	s, err := activities.parse(c.r.URL.RawQuery, c.now())
	nameObjects(s.filters)
	if err == nil {
		err = readAddresses(s.filters)
	}
	return s, err
}

// readAddresses lets an address be a network too, and both be written in any way
// in which they can be.
func readAddresses(conds []pat.Cond) error {
	for i := range conds {
		c := &conds[i]
		if err := errors.Join(readAddresses(c.Any), readAddresses(c.All)); err != nil {
			return err
		}
		text, is := c.Value.(string)
		if c.Field != "address" || c.Op != pat.Equal || !is || text == "" {
			continue
		}
		at, ok := pat.AtAddress(c.Field, text)
		if !ok {
			return invalid("Enter an address or a network, such as 192.0.2.7 or 192.0.2.0/24.")
		}
		c.Op, c.Value = at.Op, at.Value
	}
	return nil
}

// nameObjects puts the domain's words for objects into the conditions.
func nameObjects(conds []pat.Cond) {
	for i := range conds {
		c := &conds[i]
		if c.Field == "object" {
			c.Value = objectsNamed(c.Value)
		}
		nameObjects(c.Any)
		nameObjects(c.All)
	}
}

// objectNames are what AWX calls the types of objects. Others go by their own
// names.
var objectNames = map[pat.ObjectType]string{pat.ObjectToken: tokenType, pat.ObjectApplication: applicationType}

func objectName(t pat.ObjectType) string {
	if name, ok := objectNames[t]; ok {
		return name
	}
	return string(t)
}

// objectsNamed returns the domain's words for AWX's names of objects.
func objectsNamed(value any) any {
	switch v := value.(type) {
	case string:
		for t, name := range objectNames {
			if name == v {
				return string(t)
			}
		}
	case []string:
		v = slices.Clone(v)
		for i := range v {
			v[i], _ = objectsNamed(v[i]).(string)
		}
		return v
	}
	return value
}
