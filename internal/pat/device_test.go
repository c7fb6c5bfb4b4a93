package pat

import (
	"net/netip"
	"testing"
	"time"
)

func TestDeviceOf(t *testing.T) {
	const like = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
	for agent, want := range map[string]Device{
		"":                {},
		"\x00 an unknown": {},
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0": {"Firefox", "Linux"},
		like:                       {"Chrome", "Windows"},
		like + " Edg/143.0.0.0":    {"Edge", "Windows"},
		like + " OPR/125.0.0.0":    {"Opera", "Windows"},
		"python-requests/2.31.0":   {"Python", ""},
		"curl/8.5.0":               {"curl", ""},
		"Something (Android 16)":   {"", "Android"},
		"Go-http-client/1.1 Linux": {"Go", "Linux"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15":                     {"Safari", "macOS"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1":   {"Safari", "iPhone"},
		"Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143.0.7499.38 Mobile/15E148 Safari/604.1":     {"Chrome", "iPad"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15": {"Firefox", "iPhone"},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36":       {"Samsung Internet", "Android"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36":                            {"Chrome", "ChromeOS"},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36 EdgA/143.0.0.0":            {"Edge", "Android"},
	} {
		if got := DeviceOf(agent); got != want {
			t.Errorf("%q is %v, want %v", agent, got, want)
		}
	}
}

// A device is another one in another network, with another browser or on another
// system, and not in another version or at another address of the network.
func TestDeviceAt(t *testing.T) {
	at := func(d Device, from string) Digest {
		addr, _ := netip.ParseAddr(from) // "" is none
		return d.At(addr)
	}
	firefox := Device{"Firefox", "Windows"}
	home := at(firefox, "192.0.2.7")
	for what, d := range map[string]Digest{
		"its network": at(firefox, "192.0.2.200"), "its address as IPv6 has it": at(firefox, "::ffff:192.0.2.7"),
	} {
		if d != home {
			t.Errorf("another one in %s", what)
		}
	}
	seen := map[Digest]string{home: "home"}
	for what, d := range map[string]Digest{
		"another network": at(firefox, "192.0.3.7"), "no address": at(firefox, ""), "another browser": at(Device{"Chrome", "Windows"}, "192.0.2.7"),
		"another system": at(Device{"Firefox", "Linux"}, "192.0.2.7"), "a browser alone": at(Device{"Firefox", ""}, "192.0.2.7"),
		"a system of that name": at(Device{"", "Firefox"}, "192.0.2.7"),
		"a site":                at(firefox, "2001:db8:1::1"), "another site": at(firefox, "2001:db8:2::1"),
	} {
		if other, ok := seen[d]; ok {
			t.Errorf("%s is %s", what, other)
		}
		seen[d] = what
	}
	if at(firefox, "2001:db8:1::1") != at(firefox, "2001:db8:1:ffff::9") {
		t.Error("a site is two")
	}
}

func TestADeviceIsKnownForAYear(t *testing.T) {
	now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bool{
		{}: false, now: true, now.Add(time.Second): true, now.Add(time.Microsecond - DeviceTime): true, now.Add(-DeviceTime): false,
	} {
		if d := (SeenDevice{SeenAt: at}); d.Known(now) != want {
			t.Errorf("seen at %s: %v", at, !want)
		}
	}
}
