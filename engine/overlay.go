package main

import (
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"io/fs"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// overlay is what the spec of Flux's Kustomization adds to the folder's own kustomization. Other fields are ignored.
type overlay struct {
	TargetNamespace         string          `json:"targetNamespace"`
	NamePrefix              string          `json:"namePrefix"`
	NameSuffix              string          `json:"nameSuffix"`
	Patches                 []patch         `json:"patches"`
	PatchesStrategicMerge   []any           `json:"patchesStrategicMerge"`
	PatchesJSON6902         []jsonPatch     `json:"patchesJson6902"`
	Images                  []types.Image   `json:"images"`
	Components              []string        `json:"components"`
	IgnoreMissingComponents bool            `json:"ignoreMissingComponents"`
	BuildMetadata           []string        `json:"buildMetadata"`
	CommonMetadata          *commonMetadata `json:"commonMetadata"`
	// hidesOrigins: nobody but us asked where objects come from.
	hidesOrigins bool
}

type patch struct {
	Patch  string    `json:"patch"`
	Target *selector `json:"target"`
}

type jsonPatch struct {
	Patch  json.RawMessage `json:"patch"`
	Target *selector       `json:"target"`
}

// selector names patch targets in Flux's API.
type selector struct {
	Group              string `json:"group"`
	Version            string `json:"version"`
	Kind               string `json:"kind"`
	Namespace          string `json:"namespace"`
	Name               string `json:"name"`
	AnnotationSelector string `json:"annotationSelector"`
	LabelSelector      string `json:"labelSelector"`
}

func (s *selector) kustomize() *types.Selector {
	if s == nil {
		return nil
	}
	selected := &types.Selector{LabelSelector: s.LabelSelector, AnnotationSelector: s.AnnotationSelector}
	selected.Gvk.Group, selected.Gvk.Version, selected.Gvk.Kind = s.Group, s.Version, s.Kind
	selected.Name, selected.Namespace = s.Name, s.Namespace
	return selected
}

// write puts the kustomization that Flux's generator would write in place of the folder's own.
func (o *overlay) write(files *contentFS, folder string) error {
	name, data, found, err := kustomizationOf(files, folder)
	if err != nil {
		return err
	}
	kus := types.Kustomization{TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}}
	if err := yaml.Unmarshal(data, &kus); err != nil {
		return fmt.Errorf("%s: %w", strings.TrimPrefix(name, "/"), err)
	}
	if found && len(kus.Resources) == 0 {
		// An otherwise empty kustomization is an error to kustomize.
		kus.BuildMetadata = []string{types.OriginAnnotations}
	}
	if err := o.addTo(&kus, files, folder); err != nil {
		return err
	}
	if !slices.Contains(kus.BuildMetadata, types.OriginAnnotations) {
		kus.BuildMetadata = append(kus.BuildMetadata, types.OriginAnnotations)
		o.hidesOrigins = true
	}
	written, err := yaml.Marshal(kus)
	if err != nil {
		return err
	}
	return files.WriteFile(name, written)
}

func (o *overlay) addTo(kus *types.Kustomization, files *contentFS, folder string) error {
	if o.TargetNamespace != "" {
		kus.Namespace = o.TargetNamespace
	}
	if o.NamePrefix != "" {
		kus.NamePrefix = o.NamePrefix
	}
	if o.NameSuffix != "" {
		kus.NameSuffix = o.NameSuffix
	}
	for _, p := range o.Patches {
		kus.Patches = append(kus.Patches, types.Patch{Patch: p.Patch, Target: p.Target.kustomize()})
	}
	for _, component := range o.Components {
		if isRemote(component) || filepath.IsAbs(component) {
			return fmt.Errorf("component path '%s' must be local and relative", component)
		}
		if o.IgnoreMissingComponents && !files.Exists(path.Join(folder, component)) {
			continue
		}
		kus.Components = append(kus.Components, component)
	}
	for _, p := range o.PatchesStrategicMerge {
		merge, err := json.Marshal(p)
		if err != nil {
			return err
		}
		kus.PatchesStrategicMerge = append(kus.PatchesStrategicMerge, types.PatchStrategicMerge(merge))
	}
	for _, p := range o.PatchesJSON6902 {
		kus.PatchesJson6902 = append(kus.PatchesJson6902, types.Patch{Patch: string(p.Patch), Target: p.Target.kustomize()})
	}
	for _, image := range o.Images {
		addImage(kus, image)
	}
	if len(o.BuildMetadata) > 0 {
		kus.BuildMetadata = o.BuildMetadata
	}
	return nil
}

// addImage changes the entry of the same name field by field; tag and digest choose a version together.
func addImage(kus *types.Kustomization, image types.Image) {
	at := slices.IndexFunc(kus.Images, func(known types.Image) bool { return known.Name == image.Name })
	if at < 0 {
		kus.Images = append(kus.Images, types.Image{Name: image.Name, NewName: image.NewName, NewTag: image.NewTag, Digest: image.Digest})
		return
	}
	if image.NewName != "" {
		kus.Images[at].NewName = image.NewName
	}
	if image.NewTag != "" || image.Digest != "" {
		kus.Images[at].NewTag, kus.Images[at].Digest = image.NewTag, image.Digest
	}
}

// kustomizationOf gives the folder's kustomization file, or makes one of all its manifests as Flux does.
func kustomizationOf(files *contentFS, folder string) (name string, data []byte, found bool, err error) {
	for _, known := range konfig.RecognizedKustomizationFileNames() {
		if name := path.Join(folder, known); files.isFile(name) {
			data, err := files.ReadFile(name)
			return name, data, true, err
		}
	}
	manifests, err := manifestsIn(files, folder)
	if err != nil {
		return "", nil, false, err
	}
	kus := types.Kustomization{TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}, Resources: manifests}
	if len(manifests) == 0 {
		kus.Namespace = "_placeholder"
	}
	data, err = yaml.Marshal(kus)
	return path.Join(folder, konfig.DefaultKustomizationFileName()), data, false, err
}

// manifestsIn lists the YAML files below a folder; a folder with a kustomization of its own stands for all that is in it.
func manifestsIn(files *contentFS, folder string) ([]string, error) {
	resources := provider.NewDefaultDepProvider().GetResourceFactory()
	var found []string
	err := files.Walk(folder, func(name string, info fs.FileInfo, err error) error {
		if err != nil || name == folder {
			return err
		}
		relative := "." + strings.TrimPrefix(name, strings.TrimSuffix(folder, "/"))
		if info.IsDir() {
			for _, known := range konfig.RecognizedKustomizationFileNames() {
				if files.isFile(path.Join(name, known)) {
					found = append(found, relative)
					return filepath.SkipDir
				}
			}
			return nil
		}
		if extension := path.Ext(name); extension != ".yaml" && extension != ".yml" {
			return nil
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := resources.SliceFromBytes(data); err != nil {
			return fmt.Errorf("failed to decode Kubernetes YAML from %s: %w", strings.TrimPrefix(name, "/"), err)
		}
		found = append(found, relative)
		return nil
	})
	return found, err
}

// commonMetadata goes onto every object, over what is there.
type commonMetadata struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

func (m *commonMetadata) stamp(data []byte) ([]byte, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, err
	}
	metadata := map[string]json.RawMessage{}
	if err := json.Unmarshal(object["metadata"], &metadata); err != nil {
		return nil, err
	}
	for field, added := range map[string]map[string]string{"labels": m.Labels, "annotations": m.Annotations} {
		if len(added) == 0 {
			continue
		}
		all := map[string]any{}
		if known, ok := metadata[field]; ok {
			if err := json.Unmarshal(known, &all); err != nil {
				return nil, err
			}
		}
		if all == nil {
			all = map[string]any{}
		}
		for key, value := range added {
			all[key] = value
		}
		encoded, err := json.Marshal(all)
		if err != nil {
			return nil, err
		}
		metadata[field] = encoded
	}
	encoded, err := json.Marshal(metadata)
	if err != nil {
		return nil, err
	}
	object["metadata"] = encoded
	return json.Marshal(object)
}
