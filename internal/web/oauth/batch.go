package oauth

import (
	"net/http"
	"net/netip"

	"jeton/internal/pat"
	"jeton/internal/web"
)

const (
	maxBatch     = 100     // tokens
	maxBatchBody = 1 << 20 // bytes
)

// batch answers about many tokens at once. It is no part of RFC 7662:
// {"tokens":[…]} is answered by {"results":[…]}, in the same order, each as
// introspect would have answered. The client's credential is in the header. A
// token is a string, or an object of token and client_ip.
func (f *Face) batch(w http.ResponseWriter, r *http.Request) error {
	who, err := f.batcher(w, r)
	if err != nil {
		web.LeaveBody(w, r)
		return err
	}
	body, err := web.ReadBody(r, maxBatchBody)
	switch {
	case err != nil:
		return err
	case !web.IsType(r, jsonType):
		return invalid("Content-Type must be " + jsonType)
	}
	asked, err := readBatch(body)
	if err != nil {
		return err
	}
	answer := append(make([]byte, 0, 16+len(asked)*256), `{"results":[`...)
	for i, q := range asked {
		found, err := f.Authority.Introspect(r.Context(), who, q.token, q.from)
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

// batcher says who asks, before the body is read: it is a large one, and nobody
// may have strangers' kept in memory.
func (f *Face) batcher(w http.ResponseWriter, r *http.Request) (pat.Principal, error) {
	c, err := readClient(r, nil)
	if err != nil {
		return pat.Principal{}, err
	}
	return f.verify(r, c, web.QuietVia(w))
}

// question is about one token of a batch.
type question struct {
	token string
	from  netip.Addr // from where it was used; the zero Addr: not known
}

// readBatch returns what a batch asks. What is no text is a mistake of the
// client's; a text that is no token is answered as one.
func readBatch(body []byte) ([]question, error) {
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
	asked := make([]question, len(list))
	for i := range list {
		if asked[i], err = readQuestion(list[i]); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

func readQuestion(value any) (question, error) {
	switch v := value.(type) {
	case string:
		return question{token: v}, nil
	case web.Object:
		token, _ := v.Get("token")
		text, ok := token.(string)
		address, there := v.Get("client_ip")
		ip, isText := address.(string)
		if ok && (isText || !there) {
			from, err := parseIP(ip)
			return question{text, from}, err
		}
	}
	return question{}, invalid("Each of the tokens must be a string, or an object with the strings token and client_ip")
}
