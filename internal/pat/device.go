package pat

import (
	"crypto/sha256"
	"net/netip"
	"strings"
	"time"
)

const (
	// MaxDevices is how many devices are remembered of a user, the latest.
	MaxDevices = 50
	// DeviceTime is for how long a device is known that nobody signs in from.
	DeviceTime = 365 * 24 * time.Hour
)

// What SessionNewDevice says of the device, where it is known.
const (
	FieldBrowser = "browser"
	FieldSystem  = "system"
)

// Device is what a User-Agent tells of a browser and of the system it runs on: the
// family of each, never a version, "" where that is not known.
type Device struct {
	Browser, System string
}

// Words of User-Agents and what they stand for. Browsers name others that they are
// like, and systems those that they are made from, so the order matters.
var (
	browserWords = [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"CriOS/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
		{"python", "Python"},
		{"Go-http", "Go"},
	}
	systemWords = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

// DeviceOf reads a User-Agent.
func DeviceOf(agent string) Device {
	find := func(list [][2]string) string {
		for _, w := range list {
			if strings.Contains(agent, w[0]) {
				return w[1]
			}
		}
		return ""
	}
	return Device{find(browserWords), find(systemWords)}
}

// At returns the digest by which it is told whether a user has signed in from the
// device before: of its families and the NetworkOf the address.
func (d Device) At(from netip.Addr) Digest {
	return sha256.Sum256([]byte(strings.Join([]string{NetworkOf(from).String(), d.Browser, d.System}, "\n")))
}

// Device is the one that a SessionNewDevice tells of.
func (e *Event) Device() (d Device) {
	for _, c := range e.Changes {
		text, _ := c.New.(string)
		switch c.Field {
		case FieldBrowser:
			d.Browser = text
		case FieldSystem:
			d.System = text
		}
	}
	return d
}

// SeenDevice is a device that a user has signed in from.
type SeenDevice struct {
	Device Digest    // Device.At
	SeenAt time.Time // zero: it is to count as new again
}

// Known reports whether a sign-in from the device is nothing new.
func (d *SeenDevice) Known(now time.Time) bool {
	return !d.SeenAt.IsZero() && now.Sub(d.SeenAt) < DeviceTime
}
