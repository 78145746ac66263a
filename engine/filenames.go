package main

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// filenameAnnotation carries a document's template through post-renderers.
const filenameAnnotation = "postrenderer.helm.sh/postrender-filename"

// annotateAndMerge and splitAndDeannotate are those of Helm's actions, which does not export them.
func annotateAndMerge(files map[string]string) (string, error) {
	var combined []*kyaml.RNode
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		if strings.HasPrefix(path.Base(name), "_") || strings.TrimSpace(content) == "" {
			continue
		}
		// Split as leniently as Helm does elsewhere: some charts write `---apiVersion: v1`.
		documents := releaseutil.SplitManifests(content)
		keys := slices.Collect(maps.Keys(documents))
		sort.Sort(releaseutil.BySplitManifestsOrder(keys))
		for _, key := range keys {
			manifests, err := kio.ParseAll(documents[key])
			if err != nil {
				return "", fmt.Errorf("parsing %s: %w", name, err)
			}
			for _, manifest := range manifests {
				if err := manifest.PipeE(kyaml.SetAnnotation(filenameAnnotation, name)); err != nil {
					return "", fmt.Errorf("annotating %s: %w", name, err)
				}
				combined = append(combined, manifest)
			}
		}
	}
	merged, err := kio.StringAll(combined)
	if err != nil {
		return "", fmt.Errorf("writing merged docs: %w", err)
	}
	return merged, nil
}

func splitAndDeannotate(rendered, group string) (map[string]string, error) {
	manifests, err := kio.ParseAll(rendered)
	if err != nil {
		return nil, fmt.Errorf("error parsing YAML: %w", err)
	}
	byFile := map[string][]*kyaml.RNode{}
	for i, manifest := range manifests {
		meta, err := manifest.GetMeta()
		if err != nil {
			return nil, fmt.Errorf("getting metadata: %w", err)
		}
		name := meta.Annotations[filenameAnnotation]
		switch {
		case name == "" && group == "":
			name = fmt.Sprintf("generated-by-postrender-%d.yaml", i)
		case name == "":
			name = fmt.Sprintf("generated-by-postrender-%s-%d.yaml", group, i)
		}
		if err := manifest.PipeE(kyaml.ClearAnnotation(filenameAnnotation)); err != nil {
			return nil, fmt.Errorf("clearing filename annotation: %w", err)
		}
		byFile[name] = append(byFile[name], manifest)
	}
	files := make(map[string]string, len(byFile))
	for name, documents := range byFile {
		text, err := kio.StringAll(documents)
		if err != nil {
			return nil, fmt.Errorf("re-writing %s: %w", name, err)
		}
		files[name] = text
	}
	return files, nil
}
