package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// observation has the fields of Flux's release.Observation, in their order: its JSON is what Flux hashes.
type observation struct {
	Name          string         `json:"name"`
	Version       int            `json:"version"`
	Info          release.Info   `json:"info"`
	ChartMetadata chart.Metadata `json:"chartMetadata"`
	Config        map[string]any `json:"config"`
	Manifest      string         `json:"manifest"`
	Hooks         []release.Hook `json:"hooks"`
	Namespace     string         `json:"namespace"`
}

// snapshotDigest is the digest of a release in a HelmRelease's history: who changes a release behind Flux changes it.
// Hooks of tests take no part, anybody may run tests.
func snapshotDigest(rel *stored, metadata *chart.Metadata, config map[string]any) (string, error) {
	seen := observation{Name: rel.Name, Version: rel.Version, Info: *rel.Info, Manifest: rel.Manifest, Namespace: rel.Namespace}
	if metadata != nil {
		seen.ChartMetadata = *metadata
	}
	if len(config) > 0 {
		seen.Config = config
	}
	for _, h := range rel.Hooks {
		if !slices.Contains(h.Events, release.HookTest) {
			seen.Hooks = append(seen.Hooks, *h)
		}
	}
	hash := sha256.New()
	if err := json.NewEncoder(hash).Encode(seen); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}
