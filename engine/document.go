package main

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// document is one YAML document of a file.
type document struct {
	// number counts the file's documents that are not empty, from 1.
	number int
	// line of the file its text begins on, from 1.
	line int
	text []byte
}

// splitDocuments cuts a file at its `---` lines. Documents with nothing but comments are left out.
func splitDocuments(file []byte) []document {
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	var documents []document
	start, startLine, line := 0, 1, 1
	end := func(until int) {
		text := file[start:until]
		if !isBlank(text) {
			documents = append(documents, document{number: len(documents) + 1, line: startLine, text: text})
		}
	}
	for at := 0; at < len(file); line++ {
		next := len(file)
		if i := bytes.IndexByte(file[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		switch marker := file[at:next]; {
		case isMarker(marker, "---"):
			end(at)
			// What follows on the marker's line belongs to the document: `--- # comment`, `--- {a: b}`.
			start, startLine = at+3, line
		case isMarker(marker, "..."):
			end(at)
			start, startLine = next, line+1
		case file[at] == '%' && isBlank(file[start:at]):
			// A directive such as `%YAML 1.1` before a document.
			start, startLine = next, line+1
		}
		at = next
	}
	end(len(file))
	return documents
}

func isMarker(line []byte, marker string) bool {
	rest, found := bytes.CutPrefix(line, []byte(marker))
	return found && (len(rest) == 0 || strings.ContainsRune(" \t\r\n", rune(rest[0])))
}

func isBlank(text []byte) bool {
	for _, line := range bytes.Split(text, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// documentError says where in a file a document went wrong. Its siblings still count.
type documentError struct {
	File     string `json:"file"`
	Document int    `json:"document"`
	Line     int    `json:"line,omitempty"`
	Message  string `json:"message"`
}

func (e *documentError) Error() string {
	where := e.File
	if e.Line > 0 {
		where += ":" + strconv.Itoa(e.Line)
	}
	return where + ": " + e.Message
}

// withoutLine is for text that is in no file: the line would be taken for one of the template.
func (e *documentError) withoutLine() *documentError {
	e.Line = 0
	return e
}

// json turns the document into JSON as kubectl and Flux do, but refuses keys that are there twice.
func (d document) json(file string) ([]byte, *documentError) {
	data, err := yaml.YAMLToJSONStrict(d.text)
	if err != nil {
		return nil, d.errorAt(file, err)
	}
	return data, nil
}

func (d document) error(file, message string) *documentError {
	line := d.line
	for _, text := range bytes.Split(d.text, []byte("\n")) {
		if !isBlank(text) {
			break
		}
		line++
	}
	return &documentError{File: file, Document: d.number, Line: line, Message: message}
}

var yamlLine = regexp.MustCompile(`(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): `)

// errorAt moves the line a parser names from the document to the file.
func (d document) errorAt(file string, err error) *documentError {
	message := err.Error()
	failed := &documentError{File: file, Document: d.number, Line: d.line}
	if match := yamlLine.FindStringSubmatchIndex(message); match != nil {
		line, _ := strconv.Atoi(message[match[2]:match[3]])
		failed.Line = d.line + line - 1
		message = message[match[1]:]
	}
	failed.Message = strings.TrimPrefix(strings.TrimPrefix(message, "error converting YAML to JSON: "), "yaml: ")
	return failed
}

// firstOf makes one error of several, naming the first and counting the rest.
func firstOf(failures []*documentError) error {
	if len(failures) == 0 {
		return nil
	}
	message := failures[0].Error()
	if len(failures) > 1 {
		message += " (and " + strconv.Itoa(len(failures)-1) + " more)"
	}
	return errors.New(message)
}
