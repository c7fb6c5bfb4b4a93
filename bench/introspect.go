package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// introspects fails unless a server says of a token of the site that it is live.
func (b *bench) introspects(s site) error {
	p, err := b.open(s)
	if err != nil {
		return err
	}
	defer p.stop()
	lines, err := os.ReadFile(s.hot)
	if err != nil {
		return err
	}
	secret, _, _ := strings.Cut(string(lines), "\t")
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.addr+"/oauth2/introspect", strings.NewReader("token="+secret))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Basic "+s.gate)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && !strings.HasPrefix(string(body), `{"active":true`) {
		err = fmt.Errorf("a live token is introspected as %d %s", answer.StatusCode, body)
	}
	return err
}
