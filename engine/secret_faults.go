package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// What the errors of text/template mean. A name is repeated where it stands in the template's source.
var reasons = []struct {
	pattern *regexp.Regexp
	said    string
}{
	{regexp.MustCompile(`: error calling (\w+): `), "function %s gives an error"},
	{regexp.MustCompile(`: wrong number of args for (\w+): `), "the number of arguments of %s is wrong"},
	{regexp.MustCompile(`: can't evaluate field (\w+) in type `), "there is no field %s in it"},
	{regexp.MustCompile(`: nil pointer evaluating [^ ]*\.(\w+)$`), "there is nothing that field %s could be of"},
	{regexp.MustCompile(`: (\w+) has arguments but cannot be invoked as function`), "field %s is no function"},
	{regexp.MustCompile(`: range can't iterate over `), "it ranges over what is no list"},
	{regexp.MustCompile(`: template ".*" not defined`), "it calls a template that is not there"},
	{regexp.MustCompile(`: exceeded maximum template depth`), "its templates call one another without end"},
	{regexp.MustCompile(`: (?:wrong type for value|invalid value|cannot assign|can't handle|expected|dereference)\b`), "an argument is of the wrong type"},
}

var leadingLine = regexp.MustCompile(`^(\d+):\d+: `)

// lineOf reads the line from the head of an error, which is the template's name and position.
func lineOf(message, key string) string {
	rest, found := strings.CutPrefix(message, "template: "+key+":")
	if !found {
		return ""
	}
	if line := leadingLine.FindStringSubmatch(rest); line != nil {
		return " in line " + line[1]
	}
	return ""
}

// faultOfSource repeats Go's words: they were said before any value was there. That the source does not hold a value is
// for its author to see to, and not for us to make known.
func faultOfSource(err error, key string, values map[string]string) string {
	message := strings.TrimPrefix(err.Error(), "template: "+key+":")
	for _, value := range values {
		if value != "" && strings.Contains(message, value) {
			return "is no template"
		}
	}
	if line, rest, found := strings.Cut(message, ": "); found {
		return fmt.Sprintf("is no template, line %s: %s", line, rest)
	}
	return "is no template"
}

// faultOfRun says where and at which name a template failed. Go's words quote arguments, so none of them is repeated:
// only a line, words of ours, and a name that stands in the template.
func faultOfRun(err error, key, source string) string {
	message := err.Error()
	fault := "fails" + lineOf(message, key)
	for _, bound := range []error{errTooLong, errTooSlow, errTooMuch} {
		if errors.Is(err, bound) {
			return fault + ": " + bound.Error()
		}
	}
	for _, reason := range reasons {
		found := reason.pattern.FindStringSubmatch(message)
		switch {
		case len(found) == 1:
			return fault + ": " + reason.said
		case len(found) == 2 && strings.Contains(source, found[1]):
			return fault + ": " + fmt.Sprintf(reason.said, found[1])
		}
	}
	return fault
}
