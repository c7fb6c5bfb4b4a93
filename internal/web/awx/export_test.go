package awx

import (
	"net/http"
	"slices"
)

// Views lists the methods of each path, sorted, HEAD left out.
func (f *Face) Views() map[string][]string {
	all := map[string][]string{}
	for pattern, v := range f.views {
		for method := range v.methods() {
			all[pattern] = append(all[pattern], method)
		}
		slices.Sort(all[pattern])
	}
	return all
}

// IsList reports whether GET of the path answers a page.
func (f *Face) IsList(pattern string) bool { return f.views[pattern].isList() }

// Untold lists what is missing in the descriptions of the paths.
func (f *Face) Untold() (missing []string) {
	for pattern, v := range f.views {
		if v.of == nil {
			missing = append(missing, pattern+" names no shape: in paths() add of: …Shape, from describe_*.go")
		}
		if proses[pattern].about == "" {
			missing = append(missing, pattern+" has no about in prose.go")
		}
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if v.handler(method) != nil && proses[pattern].method(method) == "" {
				missing = append(missing, pattern+" has no words for "+method+" in prose.go")
			}
		}
	}
	return missing
}

// Besides lists the paths of the document that are no views.
func Besides() (paths []string) {
	for _, b := range allBesides() {
		paths = append(paths, b.path)
	}
	return paths
}
