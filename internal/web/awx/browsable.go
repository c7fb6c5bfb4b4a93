package awx

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"jeton/internal/web"
	"jeton/internal/web/page"
)

var browsePage = page.Parse(templates, "templates/browse.html")

// maxBrowse is how many bytes of JSON a page shows. The longest page of a list
// fits; what is longer is read by programs.
const maxBrowse = 512 << 10

// browseView is an answer as people see it: its JSON as text, in which the
// paths of this API can be followed.
type browseView struct {
	Name, Method, Path string
	Status             int
	StatusText         string
	Allow, Location    string
	Visitor            string // who is signed in by this browser
	SignIn, JSON       string // where to sign in, and where the JSON itself is
	Parts              []part
	Cut                bool
}

// part is a stretch of the text, a link or not.
type part struct {
	Text string
	Link bool
}

// browse answers with v on a page. It escapes all of it, and the page runs no
// script and loads nothing from elsewhere.
func (c *call) browse(status int, v any) error {
	var body bytes.Buffer
	if err := web.Encode(&body, v, 4); err != nil {
		return err
	}
	text, cut := body.Bytes(), false
	if len(text) > maxBrowse {
		text, cut = text[:maxBrowse], true
	}
	name := http.StatusText(status)
	if c.view != nil {
		name = c.view.name
	}
	here := c.r.URL.EscapedPath()
	if c.r.URL.RawQuery != "" {
		here += "?" + c.r.URL.RawQuery
	}
	view := browseView{
		Name: name, Method: c.r.Method, Path: here, Status: status, StatusText: http.StatusText(status),
		Allow: c.w.Header().Get("Allow"), Location: c.w.Header().Get("Location"), Visitor: c.visitor,
		SignIn: "/api/login/?" + url.Values{"next": {here}}.Encode(), JSON: asJSON(c.r.URL),
		Parts: parts(strings.ToValidUTF8(string(text), "")), Cut: cut,
	}
	c.w.Header().Del("Content-Type")
	return browsePage.Write(c.w, status, view)
}

// asJSON returns the address at which the same is answered as JSON.
func asJSON(u *url.URL) string {
	var kept []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if key, _, _ := strings.Cut(pair, "="); pair != "" && key != "format" {
			kept = append(kept, pair)
		}
	}
	return u.EscapedPath() + "?" + strings.Join(append(kept, "format=json"), "&")
}

// parts splits JSON at those of its strings that are paths of this API.
func parts(text string) (list []part) {
	for text != "" {
		at := strings.Index(text, `"/api/`)
		if at < 0 {
			break
		}
		at++ // behind the quotation mark
		end := strings.IndexAny(text[at:], `"\`)
		if end < 0 {
			break
		}
		path := text[at : at+end]
		if text[at+end] == '"' && web.LocalPath(path, "") != "" {
			list = append(list, part{Text: text[:at]}, part{Text: path, Link: true})
		} else {
			list = append(list, part{Text: text[:at+end]})
		}
		text = text[at+end:]
	}
	return append(list, part{Text: text})
}
