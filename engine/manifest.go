package main

import (
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
)

// manifestObjects reads the objects of a release's manifest, in its order. Each names the template it came from.
func manifestObjects(manifest string) ([]*object, []*documentError) {
	var all []*object
	var failures []*documentError
	for _, d := range splitDocuments([]byte(manifest)) {
		objects, failed := d.objects(sourceOf(d.text))
		if failed != nil {
			failures = append(failures, failed.withoutLine())
			continue
		}
		all = append(all, objects...)
	}
	return all, failures
}

// sourceOf is the template named in the comment Helm writes above each document.
func sourceOf(text []byte) string {
	const mark = "# Source: "
	_, after, found := strings.Cut(string(text), mark)
	if !found {
		return "manifest"
	}
	source, _, _ := strings.Cut(after, "\n")
	return source
}

// hooksOf reads hooks with their objects; a hook whose object cannot be read comes without it.
func hooksOf(stored []*release.Hook) ([]hook, []*documentError) {
	hooks := make([]hook, 0, len(stored))
	var failures []*documentError
	for _, h := range stored {
		read := hook{
			Name: h.Name, Kind: h.Kind, Path: h.Path, Manifest: h.Manifest, Events: h.Events, Weight: h.Weight, DeletePolicies: h.DeletePolicies,
		}
		if read.DeletePolicies == nil {
			read.DeletePolicies = []release.HookDeletePolicy{}
		}
		for _, d := range splitDocuments([]byte(h.Manifest)) {
			objects, failed := d.objects(h.Path)
			if failed != nil {
				failures = append(failures, failed.withoutLine())
			} else if len(objects) > 0 {
				read.Object = objects[0]
			}
		}
		hooks = append(hooks, read)
	}
	return hooks, failures
}

func (r *reply) attachHooks(hooks []hook) []hook {
	for _, h := range hooks {
		if h.Object != nil {
			h.Object.At = r.add(h.Object.json)
		}
	}
	return hooks
}
