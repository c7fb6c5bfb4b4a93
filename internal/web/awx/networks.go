package awx

import (
	"fmt"

	"jeton/internal/pat"
)

// networks reads a list of networks in CIDR notation; null is an empty one,
// which is from anywhere.
func (f *form) networks(key string) *pat.Networks {
	v, ok := f.body.Get(key)
	if !ok {
		return nil
	}
	if v == nil {
		return new(pat.Networks)
	}
	list, ok := v.([]any)
	if !ok {
		f.errs.add(key, "Expected a list of networks, like [\"10.0.0.0/8\"].")
		return nil
	}
	texts := make([]string, len(list))
	for i, entry := range list {
		if texts[i], ok = entry.(string); !ok {
			f.errs.add(key, fmt.Sprintf("Entry %d is not a string.", i+1))
			return nil
		}
	}
	nets, err := pat.ParseNetworks(texts)
	if err != nil {
		f.errs.add(key, sentence(pat.AsError(err).Fields[0].Message))
		return nil
	}
	return &nets
}
