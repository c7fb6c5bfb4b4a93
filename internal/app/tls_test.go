package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// With a certificate the server speaks https, in both versions of HTTP, and
// nothing else.
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	env := append(admin(t), "JETON_TLS_CERT="+private(t, cert), "JETON_TLS_KEY="+private(t, key))
	p := serve(t, filepath.Join(t.TempDir(), "data"), env...)
	url := p.url()
	if !strings.HasPrefix(url, "https://127.0.0.1:") {
		t.Errorf("people are sent to %s", url)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(cert))
	for version, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: http2}
		res, err := (&http.Client{Transport: transport}).Get(url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		transport.CloseIdleConnections()
		if res.StatusCode != http.StatusOK || res.Proto != version || res.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %d by %s, Strict-Transport-Security %q", version, res.StatusCode, res.Proto, res.Header.Get("Strict-Transport-Security"))
		}
	}
	if a := newClient(t, "http"+strings.TrimPrefix(url, "https")).do(t, "GET", "/readyz", ""); a.status != http.StatusBadRequest {
		t.Errorf("without TLS: %s", a)
	}
}

// certificate makes one for 127.0.0.1, signed by itself, and its key, in PEM.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
