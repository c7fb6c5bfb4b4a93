// Package jeton_test keeps the rules that hold between packages and that no
// compiler checks: who may import whom, whose clock is read, which library goes
// with which.
package jeton_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says for each package what it may import from this module, tests
// apart. "..." stands for everything but cli. A new package gets a row, and the
// commit that adds it speaks of the arrow.
var layers = map[string]string{
	"cmd/jeton":                        "cli",
	"internal/pat":                     "",
	"internal/password":                "pat",
	"internal/store":                   "pat",
	"internal/store/storetest":         "pat store",
	"internal/store/sqlite":            "pat store",
	"internal/index":                   "pat store",
	"internal/throttle":                "pat store",
	"internal/session":                 "pat store",
	"internal/authority":               "pat password store session",
	"internal/authority/authoritytest": "pat password store/sqlite index throttle authority",
	"internal/sweep":                   "pat",
	"internal/meter":                   "",
	"internal/words":                   "",
	"internal/words/wordstest":         "words",
	"internal/web":                     "pat",
	"internal/web/page":                "pat web words",
	"internal/web/console":             "pat web web/page words",
	"internal/web/tokenapi":            "pat web",
	"internal/web/awx":                 "pat web web/page",
	"internal/web/verify":              "pat web",
	"internal/web/oauth":               "pat web",
	"internal/client":                  "",
	"internal/config":                  "",
	"internal/app":                     "...",
	"internal/cli":                     "pat authority client config app",
	"verifier":                         "",
	"examples/api":                     "",
}

// homes says where an outside import, and all beneath it, may be used: in the
// packages named and, after a name ending in "/", in all beneath it.
var homes = map[string]string{
	"database/sql":  "internal/store/",
	"net/http":      "internal/web internal/web/ internal/client internal/app verifier examples/",
	"html/template": "internal/web/page internal/web/console",
}

// pat is without I/O and without modules of others.
var notInPat = []string{"os", "net", "io/fs", "syscall"}

// alone are the packages that use nothing but the standard library, and the
// library for other people's programs.
var alone = []string{"verifier", "examples/api"}

// clockless are the functions that read the clock. Time is an argument or a Now
// field below app, so that a test can set it.
var (
	clockless  = []string{"Now", "Since", "Until"}
	clockReads = []string{"internal/app", "internal/cli", "cmd/jeton", "verifier"}
)

func TestLayersImports(t *testing.T) {
	seen := map[string]bool{}
	for file, tree := range sources(t) {
		pkg := path.Dir(file)
		seen[pkg] = true
		allowed, ok := layers[pkg]
		if !ok {
			t.Errorf("%s: package %s is missing from the table of layers", file, pkg)
			continue
		}
		for _, imp := range imports(t, tree) {
			rel, ours := strings.CutPrefix(imp, "jeton/internal/")
			switch {
			case !ours:
			case allowed == "..." && rel != "cli":
			case slices.Contains(strings.Fields(allowed), rel):
			default:
				t.Errorf("%s may not import %s", file, rel)
			}
		}
	}
	for pkg := range layers {
		if !seen[pkg] {
			t.Errorf("the table of layers has %s, which does not exist", pkg)
		}
	}
}

func TestLayersHomes(t *testing.T) {
	for file, tree := range sources(t) {
		pkg := path.Dir(file)
		for _, imp := range imports(t, tree) {
			for what, where := range homes {
				if within(imp, what) && !slices.ContainsFunc(strings.Fields(where), func(home string) bool {
					return pkg == home || strings.HasSuffix(home, "/") && strings.HasPrefix(pkg, home)
				}) {
					t.Errorf("%s may not import %s, whose home is: %s", file, imp, where)
				}
			}
			if pkg == "internal/pat" && (strings.Contains(imp, ".") || slices.Contains(notInPat, imp) || within(imp, "net/http")) {
				t.Errorf("%s may not import %s: pat uses the standard library, without I/O", file, imp)
			}
			if slices.Contains(alone, pkg) && imp != "jeton/verifier" && (strings.HasPrefix(imp, "jeton/") || strings.Contains(imp, ".")) {
				t.Errorf("%s may not import %s: programs of others take the package as it is", file, imp)
			}
		}
	}
}

func TestLayersClock(t *testing.T) {
	for file, tree := range sources(t) {
		if slices.Contains(clockReads, path.Dir(file)) {
			continue
		}
		for _, call := range uses(tree, "time", clockless) {
			t.Errorf("%s uses time.%s: below app, time is an argument or a Now field", file, call)
		}
	}
}

// sources parses every Go file of the program, the library and the examples that
// is not a test, keyed by its path from the root with slashes.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	for _, root := range []string{"internal", "cmd", "verifier", "examples"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "testdata" {
				return filepath.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return nil
			}
			src, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			tree, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
			files[filepath.ToSlash(name)] = tree
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func imports(t *testing.T, tree *ast.File) []string {
	t.Helper()
	var paths []string
	for _, spec := range tree.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, imp)
	}
	return paths
}

// uses returns which of names the file takes from the package imported as imp,
// called or not, each once.
func uses(tree *ast.File, imp string, names []string) []string {
	local := ""
	for _, spec := range tree.Imports {
		if spec.Path.Value == strconv.Quote(imp) {
			local = path.Base(imp)
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	found := map[string]bool{}
	ast.Inspect(tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(names, sel.Sel.Name) {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == local {
				found[sel.Sel.Name] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}

// within reports whether imp is what or lies beneath it.
func within(imp, what string) bool {
	return imp == what || strings.HasPrefix(imp, what+"/")
}
