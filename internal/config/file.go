package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// entry is one line of the file.
type entry struct {
	text string
	line int
}

// readFile reads a YAML file of settings, by name. It returns what it could
// read and complains about each line that it could not.
func readFile(path string) (map[string]entry, Problems) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, Problems{{Message: "config: " + err.Error()}}
	}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, Problems{{Place: path, Message: oneLine(err)}}
	}
	if len(tree.Docs) > 1 {
		return nil, Problems{{Place: path, Message: "write one document, without a second ---"}}
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return nil, nil // empty, or comments alone
	}
	body, ok := tree.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		return nil, Problems{{Place: path, Message: "write lines like listen: 127.0.0.1:8080"}}
	}
	return readLines(path, body)
}

func readLines(path string, body *ast.MappingNode) (map[string]entry, Problems) {
	found := map[string]entry{}
	var all Problems
	for _, pair := range body.Values {
		key := pair.Key.GetToken()
		place := fmt.Sprintf("%s:%d", path, key.Position.Line)
		s := named(key.Value)
		if s == nil {
			all = append(all, Problem{Place: place, Message: unknown(key.Value)})
			continue
		}
		text, err := scalar(pair.Value)
		if err != nil {
			all = append(all, Problem{s.Name, place, err.Error()})
			continue
		}
		found[s.Name] = entry{text, key.Position.Line}
	}
	return found, all
}

// scalar returns the text of a plain value; a list becomes one with commas.
func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, nil
	case *ast.NullNode:
		return "", errors.New("give a value or leave the line out")
	case *ast.SequenceNode:
		words := make([]string, len(n.Values))
		for i, v := range n.Values {
			word, err := scalar(v)
			if err != nil {
				return "", err
			}
			words[i] = word
		}
		return strings.Join(words, ","), nil
	}
	return "", errors.New("write a plain value")
}

// unknown says that there is no such setting, and which one may be meant.
func unknown(key string) string {
	near := strings.ReplaceAll(strings.ToLower(key), "_", "-")
	near = strings.TrimPrefix(strings.TrimPrefix(near, "--"), "jeton-")
	if s := named(near); s != nil {
		return fmt.Sprintf("%q is no setting; write %s", key, s.Name)
	}
	return fmt.Sprintf("%q is no setting; jeton config lists them all", key)
}

// oneLine leaves the picture of the source out of the parser's error.
func oneLine(err error) string {
	text, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
	return text
}
