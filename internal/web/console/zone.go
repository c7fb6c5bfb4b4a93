package console

import (
	_ "embed"
	"strings"
)

// zoneNames are the time zones of the tz database that stand for a place
// (its zone.tab, which is in the public domain), by name.
//
//go:embed zones.txt
var zoneNames string

// zoneGroup are the zones of one part of the world.
type zoneGroup struct {
	Name  string
	Zones []string
}

// zoneGroups are all zones that can be chosen.
var zoneGroups = groupZones(strings.Fields(zoneNames))

func groupZones(names []string) (all []zoneGroup) {
	for _, name := range names {
		part, _, _ := strings.Cut(name, "/")
		if len(all) == 0 || all[len(all)-1].Name != part {
			all = append(all, zoneGroup{Name: part})
		}
		last := &all[len(all)-1]
		last.Zones = append(last.Zones, name)
	}
	return all
}

// isListed reports whether the zone is one of those that can be chosen.
func isListed(zone string) bool {
	for _, g := range zoneGroups {
		for _, z := range g.Zones {
			if z == zone {
				return true
			}
		}
	}
	return false
}
