package oauth

import (
	"net/http"
	"net/netip"

	"jeton/internal/web"
)

const (
	maxBatch     = 100     // tokens
	maxBatchBody = 1 << 20 // bytes
)

// batch answers about many tokens at once. It is no part of RFC 7662:
// {"tokens":[…]} is answered by {"results":[…]}, in the same order, each as
// introspect would have answered. The client's credential is in the header.
func (f *Face) batch(w http.ResponseWriter, r *http.Request) error {
	body, err := web.ReadBody(r, maxBatchBody)
	switch {
	case err != nil:
		return err
	case !web.IsType(r, jsonType):
		return invalid("Content-Type must be " + jsonType)
	}
	c, err := readClient(r, nil)
	if err != nil {
		return err
	}
	who, err := f.verify(r, c, web.QuietVia(w))
	if err != nil {
		return err
	}
	tokens, err := readTokens(body)
	if err != nil {
		return err
	}
	answer := append(make([]byte, 0, 16+len(tokens)*256), `{"results":[`...)
	for i, token := range tokens {
		found, err := f.Authority.Introspect(r.Context(), who, token, netip.Addr{})
		if err != nil {
			return err
		}
		if i > 0 {
			answer = append(answer, ',')
		}
		answer = f.appendAnswer(answer, &found)
	}
	web.Bytes(w, http.StatusOK, jsonType, append(answer, "]}"...))
	return nil
}

// readTokens returns the tokens of a batch. What is no text is a mistake of the
// client's; a text that is no token is answered as one.
func readTokens(body []byte) ([]string, error) {
	object, err := web.Decode(body, web.RefuseDuplicates)
	if err != nil {
		return nil, err
	}
	value, _ := object.Get("tokens")
	list, ok := value.([]any)
	switch {
	case !ok:
		return nil, invalid("Send an object whose key tokens is a list of tokens")
	case len(list) > maxBatch:
		return nil, invalid("Ask about at most 100 tokens at once")
	}
	tokens := make([]string, len(list))
	for i := range list {
		if tokens[i], ok = list[i].(string); !ok {
			return nil, invalid("Each of the tokens must be a string")
		}
	}
	return tokens, nil
}
