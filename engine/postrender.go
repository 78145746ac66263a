package main

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/kustomize/api/builtins"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// postRenderer is an entry of a HelmRelease's postRenderers.
type postRenderer struct {
	Kustomize *struct {
		Patches []patch       `json:"patches"`
		Images  []types.Image `json:"images"`
	} `json:"kustomize"`
}

// postRendering is what a HelmRelease wants done to rendered manifests before Helm sorts them.
type postRendering struct {
	Renderers      []postRenderer
	Strategy       string
	CommonMetadata *commonMetadata
}

// run follows the post-render part of Configuration.renderResources of Helm's actions.
func (p *postRendering) run(c *call, files map[string]string) (map[string]string, error) {
	if len(p.Renderers) == 0 && p.CommonMetadata == nil {
		return files, nil
	}
	defer c.alone()()
	switch p.Strategy {
	case "", "combined":
		return p.pass(files, "")
	case "separate", "nohooks":
		return p.passApart(files)
	default:
		return nil, fmt.Errorf("unknown post-render strategy: '%s'", p.Strategy)
	}
}

// passApart keeps hooks out of the stream of manifests, where an object of both would be a duplicate to kustomize.
func (p *postRendering) passApart(files map[string]string) (map[string]string, error) {
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	hookFiles, manifestFiles := map[string]string{}, map[string]string{}
	for _, h := range hooks {
		join(hookFiles, h.Path, h.Manifest)
	}
	for _, m := range manifests {
		join(manifestFiles, m.Name, m.Content)
	}
	if p.Strategy == "separate" && len(hookFiles) > 0 {
		if hookFiles, err = p.pass(hookFiles, "hooks"); err != nil {
			return nil, err
		}
	}
	if len(manifestFiles) > 0 {
		if manifestFiles, err = p.pass(manifestFiles, "manifests"); err != nil {
			return nil, err
		}
	}
	all := hookFiles
	for name, text := range manifestFiles {
		join(all, name, text)
	}
	return all, nil
}

func join(files map[string]string, name, text string) {
	if known, ok := files[name]; ok {
		text = known + "\n---\n" + text
	}
	files[name] = text
}

func (p *postRendering) pass(files map[string]string, group string) (map[string]string, error) {
	text, err := annotateAndMerge(files)
	if err != nil {
		return nil, fmt.Errorf("error merging manifests: %w", err)
	}
	manifests := []byte(text)
	for _, renderer := range p.Renderers {
		if renderer.Kustomize == nil {
			continue
		}
		if manifests, err = renderer.kustomize(manifests); err != nil {
			return nil, fmt.Errorf("error while running post render on files: %w", err)
		}
	}
	if p.CommonMetadata != nil {
		if manifests, err = p.CommonMetadata.render(manifests); err != nil {
			return nil, fmt.Errorf("error while running post render on files: %w", err)
		}
	}
	return splitAndDeannotate(string(manifests), group)
}

// kustomize patches manifests as Flux's kustomize post-renderer.
func (r postRenderer) kustomize(manifests []byte) ([]byte, error) {
	const input = "helm-output.yaml"
	config := types.Kustomization{
		TypeMeta:  types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
		Resources: []string{input},
	}
	for _, image := range r.Kustomize.Images {
		config.Images = append(config.Images, types.Image{Name: image.Name, NewName: image.NewName, NewTag: image.NewTag, Digest: image.Digest})
	}
	for _, p := range r.Kustomize.Patches {
		config.Patches = append(config.Patches, types.Patch{Patch: p.Patch, Target: p.Target.kustomize()})
	}
	written, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	files := filesys.MakeFsInMemory()
	if err := files.WriteFile(input, manifests); err != nil {
		return nil, err
	}
	if err := files.WriteFile("kustomization.yaml", written); err != nil {
		return nil, err
	}
	built, err := kustomize(files, ".", nil)
	if err != nil {
		return nil, err
	}
	return built.AsYaml()
}

// render adds the metadata to a stream of manifests, as Flux's common post-renderer.
func (m *commonMetadata) render(manifests []byte) ([]byte, error) {
	objects, err := resmap.NewFactory(provider.NewDefaultDepProvider().GetResourceFactory()).NewResMapFromBytes(manifests)
	if err != nil {
		return nil, err
	}
	if m.Labels != nil {
		labels := builtins.LabelTransformerPlugin{Labels: m.Labels, FieldSpecs: fieldAt("metadata/labels")}
		if err := labels.Transform(objects); err != nil {
			return nil, err
		}
	}
	if m.Annotations != nil {
		annotations := builtins.AnnotationsTransformerPlugin{Annotations: m.Annotations, FieldSpecs: fieldAt("metadata/annotations")}
		if err := annotations.Transform(objects); err != nil {
			return nil, err
		}
	}
	return objects.AsYaml()
}

func fieldAt(path string) []types.FieldSpec {
	return []types.FieldSpec{{Path: path, CreateIfNotPresent: true}}
}
