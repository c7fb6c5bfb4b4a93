package awx

import "jeton/internal/web"

// csrfDetail is what clients of AWX are told of a request that another site may
// have made; "" is for any other refusal.
func csrfDetail(e *web.Error) string {
	switch e {
	case web.ErrOrigin:
		return "CSRF Failed: Origin checking failed."
	case web.ErrNoCSRF:
		return "CSRF Failed: CSRF token missing."
	case web.ErrCSRFLength:
		return "CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header has incorrect length."
	case web.ErrCSRF:
		return "CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect."
	}
	return ""
}
