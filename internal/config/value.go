package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// parse reads text into the field of a Config that to points at. Its error
// says what to write. The empty text empties texts and lists and is refused
// for all else.
func parse(to any, text string) (err error) {
	switch to := to.(type) {
	case *string:
		*to = text
	case *int:
		if *to, err = strconv.Atoi(text); err != nil {
			return errors.New("write a whole number")
		}
	case *bool:
		if *to, err = strconv.ParseBool(text); err != nil {
			return errors.New("write true or false")
		}
	case *time.Duration:
		if *to, err = time.ParseDuration(text); err != nil {
			return errors.New("write a number with its unit, like 1s or 500ms")
		}
	case *slog.Level:
		return parseLevel(to, text)
	case *[]netip.Prefix:
		return parsePrefixes(to, text)
	default:
		panic(fmt.Sprintf("config: no way to read a %T", to))
	}
	return nil
}

var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

func parseLevel(to *slog.Level, text string) error {
	level, ok := levels[strings.ToLower(text)]
	if !ok {
		return errors.New("choose debug, info, warn or error")
	}
	*to = level
	return nil
}

// parsePrefixes reads networks between commas or blanks; a bare address stands
// for itself, and IPv4 within IPv6 is IPv4, as addresses are compared.
func parsePrefixes(to *[]netip.Prefix, text string) error {
	*to = nil
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ' ' }) {
		p, err := netip.ParsePrefix(word)
		if err != nil {
			a, err := netip.ParseAddr(word)
			if err != nil || a.Zone() != "" {
				return fmt.Errorf("%q is no network: write addresses or networks with commas between, like 10.0.0.0/8,::1", word)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
		}
		*to = append(*to, p.Masked())
	}
	return nil
}

// format writes the field that from points at as parse would read it.
func format(from any) string {
	switch v := from.(type) {
	case *string:
		return *v
	case *slog.Level:
		return strings.ToLower(v.String())
	case *[]netip.Prefix:
		words := make([]string, len(*v))
		for i, p := range *v {
			words[i] = p.String()
		}
		return strings.Join(words, ",")
	case *int:
		return strconv.Itoa(*v)
	case *bool:
		return strconv.FormatBool(*v)
	case *time.Duration:
		return v.String()
	default:
		panic(fmt.Sprintf("config: no way to write a %T", from))
	}
}

// shown returns the text of a setting as others may see it: the password of a
// URL is masked, be it in the authority or in the query. What cannot be read as a
// URL may hold one anywhere.
func (s *Setting) shown(text string) string {
	if !strings.Contains(text, "://") && !(s.secret && text != "") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil || !isURL(u) {
		return "(not a URL)"
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}
