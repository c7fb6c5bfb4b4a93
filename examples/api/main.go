// Command api is a small API that accepts Jeton's tokens: a list of orders, which
// a token with the scope read may see, and one with write may add to.
//
//	JETON_URL=http://127.0.0.1:8080 JETON_SECRET_FILE=secret go run ./examples/api
//
//	curl -H "Authorization: Bearer $READ" http://127.0.0.1:8000/orders
//	curl -H "Authorization: Bearer $WRITE" -d 'two chairs' http://127.0.0.1:8000/orders
//
// The file holds the secret of a token with the scope introspect; docs/sdk.md
// shows how to get one. The API asks Jeton about a token once and remembers the
// answer; when the token is revoked, the next request is refused.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"jeton/verifier"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal("api: ", err)
	}
}

func run(ctx context.Context) error {
	v, err := verifier.New(verifier.Options{
		URL:        os.Getenv("JETON_URL"),
		Credential: verifier.FromFile(os.Getenv("JETON_SECRET_FILE")),
		Realm:      "orders",
		ClientIP:   verifier.PeerIP, // clients reach this program directly; behind a proxy it would be the proxy's address
	})
	if err != nil {
		return err
	}
	defer v.Close()

	var list orders
	mux := http.NewServeMux()
	mux.Handle("/orders", v.Middleware(&list)) // read to GET, write to POST
	mux.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})

	server := &http.Server{Addr: cmp.Or(os.Getenv("LISTEN"), "127.0.0.1:8000"), Handler: mux, ReadTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Shutdown(context.WithoutCancel(ctx)) })
	log.Print("orders at http://", server.Addr, "/orders")
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// order is one of the list.
type order struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

// orders is what the API keeps.
type orders struct {
	mu   sync.Mutex
	list []order
}

// ServeHTTP answers whom the middleware has let through.
func (o *orders) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who, _ := verifier.TokenFrom(r.Context())
	o.mu.Lock()
	defer o.mu.Unlock()
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<10))
		if err != nil {
			http.Error(w, "at most 1 KiB", http.StatusRequestEntityTooLarge)
			return
		}
		o.list = append(o.list, order{string(text), who.Username})
	default:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(o.list)
}
