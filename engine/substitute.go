package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	"sigs.k8s.io/yaml"
)

const substituteAnnotation = "kustomize.toolkit.fluxcd.io/substitute"

var variableName = regexp.MustCompile("^[_[:alpha:]][_[:alpha:][:digit:]]*$")

type substituteArgs struct {
	Objects   []*object         `json:"objects"`
	Variables map[string]string `json:"variables"`
	Strict    bool              `json:"strict"`
}

// substitute replaces variables in each of the objects in the call's segments, as Flux's `postBuild`.
func substitute(c *call, raw json.RawMessage) (*reply, error) {
	var args substituteArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	if len(args.Objects) != len(c.segments) {
		return nil, fmt.Errorf("%d objects, but %d segments", len(args.Objects), len(c.segments))
	}
	for name, value := range args.Variables {
		if !variableName.MatchString(name) {
			return nil, &failure{Kind: "values", Message: fmt.Sprintf("'%s' var name is invalid, must match '%s'", name, variableName)}
		}
		args.Variables[name] = strings.ReplaceAll(value, "\n", "")
	}
	var objects []*object
	failures := []*documentError{}
	for i, o := range args.Objects {
		o.json = c.segments[i]
		replaced, err := substituted(o, args.Variables, args.Strict)
		if err != nil {
			failures = append(failures, &documentError{File: fileOf(o), Document: max(1, o.Document), Message: err.Error()})
			continue
		}
		objects = append(objects, replaced...)
	}
	answer := &reply{}
	answer.result = parseResult{Objects: answer.attach(objects), Errors: failures}
	return answer, nil
}

func fileOf(o *object) string {
	if o.File != "" {
		return o.File
	}
	return o.title()
}

// substituted works on the object's YAML, as Flux does: `replicas: ${n}` becomes a number.
func substituted(o *object, variables map[string]string, strict bool) ([]*object, error) {
	if o.Labels[substituteAnnotation] == "disabled" || o.Annotations[substituteAnnotation] == "disabled" {
		return []*object{o}, nil
	}
	text, err := yaml.JSONToYAML(o.json)
	if err != nil {
		return nil, err
	}
	result, err := envsubst.Eval(string(text), func(name string) (string, bool) {
		value, exists := variables[name]
		return value, exists || !strict
	})
	if err != nil {
		return nil, fmt.Errorf("%s: variable substitution failed: %w", o.title(), err)
	}
	data, err := yaml.YAMLToJSON([]byte(result))
	if err != nil {
		return nil, fmt.Errorf("%s: after variable substitution: %w", o.title(), err)
	}
	objects, err := readObjects(data)
	if err != nil {
		return nil, err
	}
	for _, replaced := range objects {
		replaced.File, replaced.Document = o.File, o.Document
	}
	return objects, nil
}
