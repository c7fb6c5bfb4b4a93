// Package web is the floor that all faces stand on: what reads a request and
// what writes an answer, each in one place. A face brings its table of paths,
// its handlers and the shape of its errors; the floor brings the bounds, the
// client's address, the request's id, the line in the log and the last resort
// when something panics.
//
// Nothing here knows a user or a token beyond the words of package pat.
package web
