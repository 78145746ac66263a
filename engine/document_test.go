package main

import (
	"strings"
	"testing"
)

func TestDocumentsAreCutAtMarkers(t *testing.T) {
	tests := map[string]struct {
		file  string
		texts []string
		lines []int
	}{
		"one":                          {"a: 1\n", []string{"a: 1"}, []int{1}},
		"two":                          {"a: 1\n---\nb: 2\n", []string{"a: 1", "b: 2"}, []int{1, 2}},
		"leading marker":               {"---\na: 1\n", []string{"a: 1"}, []int{1}},
		"no final newline":             {"a: 1\n---\nb: 2", []string{"a: 1", "b: 2"}, []int{1, 2}},
		"carriage returns":             {"a: 1\r\n---\r\nb: 2\r\n", []string{"a: 1", "b: 2"}, []int{1, 2}},
		"empty and comments are none":  {"---\n# c\n---\n\n---\na: 1\n---\n", []string{"a: 1"}, []int{5}},
		"text after a marker":          {"--- {a: 1}\n--- # c\nb: 2\n", []string{"{a: 1}", "# c\nb: 2"}, []int{1, 2}},
		"end marker":                   {"a: 1\n...\nb: 2\n", []string{"a: 1", "b: 2"}, []int{1, 3}},
		"directive":                    {"%YAML 1.1\n---\na: 1\n", []string{"a: 1"}, []int{2}},
		"dashes inside a block":        {"a: |\n  ---\n  x\nb: ----\n", []string{"a: |\n  ---\n  x\nb: ----"}, []int{1}},
		"more dashes are not a marker": {"----\n", []string{"----"}, []int{1}},
		"byte order mark":              {"\xef\xbb\xbfa: 1\n", []string{"a: 1"}, []int{1}},
		"nothing":                      {"", nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			documents := splitDocuments([]byte(test.file))
			if len(documents) != len(test.texts) {
				t.Fatalf("got %d documents", len(documents))
			}
			for i, d := range documents {
				if text := strings.TrimSpace(strings.ReplaceAll(string(d.text), "\r", "")); text != test.texts[i] {
					t.Errorf("document %d: %q", i, text)
				}
				if d.line != test.lines[i] || d.number != i+1 {
					t.Errorf("document %d: line %d, number %d", i, d.line, d.number)
				}
			}
		})
	}
}

func TestErrorsNameTheLineOfTheFile(t *testing.T) {
	for file, want := range map[string]int{
		"a: 1\n---\n\nb: [\nc: 1\n":             5,
		"a: 1\n---\nb: 1\nc: 2\nb: 3\n":         5,
		"apiVersion: v1\n---\n\n# x\nkind: A\n": 1,
		"a: 1\n---\nb:\n\t- c\n":                4,
	} {
		collected := &collector{seen: map[string]*object{}}
		collected.file("f.yaml", []byte(file))
		last := collected.errors[0]
		for _, e := range collected.errors {
			if !strings.Contains(e.Message, "apiVersion") {
				last = e
			}
		}
		if last.Line != want {
			t.Errorf("%q: line %d: %s; want %d", file, last.Line, last.Message, want)
		}
	}
}

func FuzzSplitDocuments(f *testing.F) {
	f.Add([]byte("a: 1\n---\nb: 2\n..."))
	f.Add([]byte("%YAML\n--- \r\n#\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for i, d := range splitDocuments(file) {
			if d.number != i+1 || d.line < 1 || isBlank(d.text) {
				t.Errorf("document %d: number %d, line %d, %q", i, d.number, d.line, d.text)
			}
		}
	})
}
