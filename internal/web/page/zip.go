package page

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
)

// zipped compresses an asset. Only assets are: a page that has a secret in it
// next to what somebody else wrote would tell of it by its length.
func zipped(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // into memory, at a level that there is
	}
	return b.Bytes()
}

// takesGzip reports whether the client said that it takes gzip (RFC 9110 §12.5.3).
func takesGzip(r *http.Request) bool {
	for _, value := range r.Header.Values("Accept-Encoding") {
		for word := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(word, ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") && strings.ReplaceAll(weight, " ", "") != "q=0" {
				return true
			}
		}
	}
	return false
}
