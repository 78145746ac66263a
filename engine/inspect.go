package main

import (
	"encoding/json"
	"errors"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

var errInvalidSchema = errors.New("values.schema.json is not JSON")

type dependency struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository"`
}

type chartInfo struct {
	chartName
	Type         string          `json:"type,omitempty"`
	Description  string          `json:"description,omitempty"`
	Values       map[string]any  `json:"values"`
	Schema       json.RawMessage `json:"schema,omitempty"`
	Dependencies []dependency    `json:"dependencies"`
}

// chartName is what a release remembers of its chart.
type chartName struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion,omitempty"`
	Deprecated bool   `json:"deprecated,omitempty"`
}

func nameOf(metadata *chart.Metadata) chartName {
	if metadata == nil {
		return chartName{}
	}
	return chartName{Name: metadata.Name, Version: metadata.Version, AppVersion: metadata.AppVersion, Deprecated: metadata.Deprecated}
}

// inspect tells what a chart says about itself.
func inspect(c *call, raw json.RawMessage) (*reply, error) {
	var args struct {
		Content string `json:"content"`
	}
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	loaded, err := c.loadChart(args.Content)
	if err != nil {
		return nil, err
	}
	info := chartInfo{
		chartName:   nameOf(loaded.Metadata),
		Type:        loaded.Metadata.Type,
		Description: loaded.Metadata.Description,
		Values:      loaded.Values,
		Schema:      loaded.Schema,
	}
	if info.Values == nil {
		info.Values = map[string]any{}
	}
	if len(info.Schema) > 0 && !json.Valid(info.Schema) {
		return nil, chartFailure(errInvalidSchema)
	}
	info.Dependencies = make([]dependency, len(loaded.Metadata.Dependencies))
	for i, d := range loaded.Metadata.Dependencies {
		info.Dependencies[i] = dependency{d.Name, d.Version, d.Repository}
	}
	return &reply{result: info}, nil
}
