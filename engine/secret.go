package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"
)

// How long all templates of one SealedSecret may compute: some of sprig's functions make RSA keys.
const secretTemplatesLimit = 20 * time.Second

type secretArgs struct {
	Templates map[string]string `json:"templates"`
	// Keys name the call's segments: the opened values.
	Keys []string `json:"keys"`
}

// secretTemplates runs `spec.template.data` of a SealedSecret as the sealed-secrets controller does: SealedSecret.Unseal.
func secretTemplates(c *call, raw json.RawMessage) (*reply, error) {
	return secretTemplatesWithin(c, raw, secretTemplatesLimit)
}

func secretTemplatesWithin(c *call, raw json.RawMessage, limit time.Duration) (*reply, error) {
	var args secretArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	if len(args.Keys) != len(c.segments) {
		return nil, fmt.Errorf("%d keys, but %d values", len(args.Keys), len(c.segments))
	}
	values := map[string]string{}
	for i, key := range args.Keys {
		values[key] = string(c.segments[i])
	}
	clock := clock(time.Now().Add(limit))
	functions := clock.functions()
	answer, segments := &reply{}, map[string]int{}
	var faults []string
	for _, key := range slices.Sorted(maps.Keys(args.Templates)) {
		text, fault := clock.secretText(key, args.Templates[key], functions, values)
		if fault != "" {
			faults = append(faults, fmt.Sprintf("the template of key %q %s", key, fault))
			continue
		}
		segments[key] = answer.add(text)
	}
	if len(faults) > 0 {
		return nil, &failure{Kind: "secretTemplate", Message: strings.Join(faults, "; ")}
	}
	answer.result = segments
	return answer, nil
}

// secretText gives what the template makes of the values, or what is wrong with it: in words without any of them.
func (c clock) secretText(key, source string, functions template.FuncMap, values map[string]string) (text []byte, fault string) {
	parsed, err := template.New(key).Funcs(functions).Parse(source)
	if err != nil {
		return nil, faultOfSource(err, key, values)
	}
	c.watch(parsed)
	var out boundedText
	if err := parsed.Execute(&out, values); err != nil {
		return nil, faultOfRun(err, key, source)
	}
	return out.Bytes(), ""
}
