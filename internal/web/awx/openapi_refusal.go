package awx

import (
	"maps"
	"net/http"
	"slices"

	"jeton/internal/web"
)

// refusalNames are the names of the answers that refuse, by status.
var refusalNames = map[int]string{
	400: "BadRequest", 401: "Unauthenticated", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
	406: "NotAcceptable", 409: "Conflict", 413: "TooLarge", 414: "PathTooLong", 415: "WrongType", 422: "Repeated", 429: "Throttled", 431: "HeadersTooLarge",
	500: "Fault", 503: "Unavailable",
}

var refusalWords = map[int]string{
	400: "The body, a field of it or the query is wrong.",
	401: "No credentials, or ones that prove nothing; it is not told which.",
	403: "The caller may not, or the token's scope does not cover the method.",
	404: "There is no such path, object or page.",
	405: "The path does not have the method. `Allow` tells those it has.",
	406: "Only JSON is answered.",
	409: "The object's state does not allow it.",
	413: "The body is larger than 64 KiB.",
	414: "The path is longer than 8 KiB.",
	415: "The body is no JSON, as `Content-Type` says.",
	422: "The `Idempotency-Key` was used for another request.",
	429: "Too many wrong passwords.",
	431: "The headers are larger than 16 KiB.",
	500: "A fault of the server. Its log has it under the request's id.",
	503: "It cannot be known now whether the credentials are good, or the database does not answer.",
}

// refusals lists the statuses with which the method may be refused, in order.
func (v *view) refusals(method string) []int {
	list := []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge, http.StatusInternalServerError}
	if !v.open {
		list = append(list, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	}
	switch {
	case slices.Contains([]string{"POST", "PUT", "PATCH"}, method):
		list = append(list, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	case !v.open: // the query's filters
		list = append(list, http.StatusBadRequest)
	}
	if method == http.MethodPost && v.acts {
		list = append(list, http.StatusConflict)
	}
	if method == http.MethodPost && len(proses[v.pattern].header) > 0 {
		list = append(list, http.StatusUnprocessableEntity)
	}
	slices.Sort(list)
	return list
}

// refusalComponents describe the answers that refuse.
func refusalComponents() web.Object {
	o := web.Object{}
	for _, status := range slices.Sorted(maps.Keys(refusalNames)) {
		o = append(o, web.Member{Key: refusalNames[status], Value: refusalComponent(status)})
	}
	return o
}

func refusalComponent(status int) web.Object {
	schema := reference("schemas", "Detail")
	if status == http.StatusBadRequest {
		schema = web.Object{{Key: "anyOf", Value: []any{schema, reference("schemas", "FieldErrors")}}}
	}
	o := web.Object{{Key: "description", Value: refusalWords[status]}, {Key: "x-status", Value: status}}
	switch status {
	case http.StatusUnauthorized:
		o = append(o, web.Member{Key: "headers", Value: web.Object{header("WWW-Authenticate", "`Bearer`, never `Basic`: browsers would remember it.", "string")}})
	case http.StatusMethodNotAllowed:
		o = append(o, web.Member{Key: "headers", Value: web.Object{header("Allow", "The methods that the path has.", "string")}})
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		o = append(o, web.Member{Key: "headers", Value: web.Object{header("Retry-After", "Seconds to wait.", "integer")}})
	}
	return append(o, web.Member{Key: "content", Value: answerContent(schema)})
}
