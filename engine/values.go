package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	goyaml "go.yaml.in/yaml/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// setting puts one value at a path, after all layers.
type setting struct {
	Path    string `json:"path"`
	Value   string `json:"value"`
	Literal bool   `json:"literal"`
}

// mergeValues merges the call's segments, values files in YAML, as Helm merges `--values`; then the settings, as Flux
// does for `targetPath`.
func mergeValues(c *call, raw json.RawMessage) (*reply, error) {
	var args struct {
		Sets []setting `json:"sets"`
	}
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	merged := map[string]any{}
	for i, layer := range c.segments {
		values, err := loader.LoadValues(bytes.NewReader(layer))
		if err != nil {
			return nil, fmt.Errorf("values layer %d: %w", i+1, err)
		}
		merged = loader.MergeMaps(merged, values)
	}
	if err := apply(merged, args.Sets); err != nil {
		return nil, err
	}
	return &reply{result: merged}, nil
}

func apply(values map[string]any, settings []setting) error {
	for _, s := range settings {
		put := setValue
		if s.Literal {
			put = setLiteral
		}
		if err := put(values, s); err != nil {
			return fmt.Errorf("value at %s: %w", s.Path, err)
		}
	}
	return nil
}

// setValue and setLiteral are ReplacePathValue and ReplacePathLiteralValue of Flux's chartutil.
func setValue(values map[string]any, s setting) error {
	const quotes = `'"`
	for _, quote := range []string{"'", `"`} {
		if strings.HasPrefix(s.Value, quote) && strings.HasSuffix(s.Value, quote) {
			return strvals.ParseIntoString(s.Path+"="+strings.Trim(s.Value, quotes), values)
		}
	}
	return strvals.ParseInto(s.Path+"="+s.Value, values)
}

var literal = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`)

func setLiteral(values map[string]any, s setting) error {
	return strvals.ParseIntoString(s.Path+"="+literal.Replace(s.Value), values)
}

// configDigest is the digest of values Flux keeps in a HelmRelease's history.
func configDigest(_ *call, raw json.RawMessage) (*reply, error) {
	var args struct {
		Values json.RawMessage `json:"values"`
	}
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	values, err := readValues(args.Values)
	if err != nil {
		return nil, err
	}
	digest, err := digestValues(values)
	if err != nil {
		return nil, err
	}
	return &reply{result: digest}, nil
}

// readValues decodes values as Helm does, numbers as float64: templates print them so.
func readValues(data json.RawMessage) (map[string]any, error) {
	if len(data) == 0 || string(data) == "null" {
		return nil, nil
	}
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	return values, nil
}

// digestValues hashes YAML with sorted keys, and nothing at all for empty values, as DigestValues of Flux's chartutil.
func digestValues(values map[string]any) (string, error) {
	hash := sha256.New()
	if len(values) > 0 {
		slice := yaml.JSONObjectToYAMLObject(values)
		sortKeys(slice)
		if err := goyaml.NewEncoder(hash).Encode(slice); err != nil {
			return "", err
		}
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}

func sortKeys(value any) {
	switch typed := value.(type) {
	case goyaml.MapSlice:
		sort.Slice(typed, func(i, j int) bool { return typed[i].Key.(string) < typed[j].Key.(string) })
		for _, item := range typed {
			sortKeys(item.Value)
		}
	case []any:
		for _, item := range typed {
			sortKeys(item)
		}
	}
}
