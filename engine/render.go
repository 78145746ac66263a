package main

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	kjson "sigs.k8s.io/json"
)

type renderArgs struct {
	Content   string          `json:"content"`
	Name      string          `json:"name"`
	Namespace string          `json:"namespace"`
	Revision  int             `json:"revision"`
	IsUpgrade bool            `json:"isUpgrade"`
	Values    json.RawMessage `json:"values"`
	// Sets are applied to the values here and not before, because they keep integers apart from floats as JSON does not.
	Sets                 []setting       `json:"sets"`
	Capabilities         capabilities    `json:"capabilities"`
	SkipSchemaValidation bool            `json:"skipSchemaValidation"`
	HasLookup            bool            `json:"hasLookup"`
	PostRenderers        []postRenderer  `json:"postRenderers"`
	PostRenderStrategy   string          `json:"postRenderStrategy"`
	CommonMetadata       *commonMetadata `json:"commonMetadata"`
	// Lenient lets documents pass that are no objects, as `helm template` does.
	Lenient bool `json:"lenient"`
}

type capabilities struct {
	KubeVersion      string   `json:"kubeVersion"`
	APIVersions      []string `json:"apiVersions"`
	ExtraAPIVersions []string `json:"extraApiVersions"`
}

type hook struct {
	Object         *object                    `json:"object,omitempty"`
	Name           string                     `json:"name"`
	Kind           string                     `json:"kind"`
	Path           string                     `json:"path"`
	Manifest       string                     `json:"manifest"`
	Events         []release.HookEvent        `json:"events"`
	Weight         int                        `json:"weight"`
	DeletePolicies []release.HookDeletePolicy `json:"deletePolicies"`
}

type renderResult struct {
	Chart    chartName `json:"chart"`
	Manifest int       `json:"manifest"`
	Notes    int       `json:"notes"`
	Record   int       `json:"record"`
	Objects  []*object `json:"objects"`
	Hooks    []hook    `json:"hooks"`
	Crds     []*object `json:"crds"`
}

// render makes of a chart what `helm install` and `helm upgrade` make of it before they speak to a cluster.
func render(c *call, raw json.RawMessage) (*reply, error) {
	var args renderArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	loaded, err := c.loadChart(args.Content)
	if err != nil {
		return nil, err
	}
	if err := installable(loaded); err != nil {
		return nil, chartFailure(err)
	}
	rel, err := c.release(loaded, &args)
	if err != nil {
		return nil, err
	}
	return c.answerOf(rel, args.Lenient)
}

// release follows Install.RunWithContext and Upgrade.prepareUpgrade of Helm's actions.
func (c *call) release(loaded *chart.Chart, args *renderArgs) (*release.Release, error) {
	values, err := readValues(args.Values)
	if err != nil {
		return nil, &failure{Kind: "values", Message: err.Error()}
	}
	if values == nil {
		values = map[string]any{}
	}
	if err := apply(values, args.Sets); err != nil {
		return nil, &failure{Kind: "values", Message: err.Error()}
	}
	if err := chartutil.ValidateReleaseName(args.Name); err != nil {
		return nil, fmt.Errorf("release name %q: %w", args.Name, err)
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, chartFailure(fmt.Errorf("chart dependencies processing failed: %w", err))
	}
	caps, err := args.Capabilities.resolve()
	if err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{
		Name: args.Name, Namespace: args.Namespace, Revision: max(1, args.Revision), IsInstall: !args.IsUpgrade, IsUpgrade: args.IsUpgrade,
	}
	top, err := util.ToRenderValuesWithSchemaValidation(loaded, values, options, caps, args.SkipSchemaValidation)
	if err != nil {
		return nil, &failure{Kind: "values", Message: err.Error()}
	}
	rel := &release.Release{
		Name: args.Name, Namespace: args.Namespace, Version: options.Revision, Chart: loaded, Config: values, Info: &release.Info{},
	}
	if err := c.renderInto(rel, top, caps, args); err != nil {
		return nil, err
	}
	return rel, nil
}

// resolve gives the capabilities a chart sees: those of a cluster, or Helm's own defaults with extras, as `helm template`.
func (wanted capabilities) resolve() (*common.Capabilities, error) {
	caps := common.DefaultCapabilities.Copy()
	if wanted.KubeVersion != "" {
		version, err := common.ParseKubeVersion(wanted.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", wanted.KubeVersion, err)
		}
		caps.KubeVersion = *version
	}
	if wanted.APIVersions != nil {
		caps.APIVersions = wanted.APIVersions
	}
	caps.APIVersions = append(caps.APIVersions[:len(caps.APIVersions):len(caps.APIVersions)], wanted.ExtraAPIVersions...)
	return caps, nil
}

// renderInto follows Configuration.renderResources of Helm's actions.
func (c *call) renderInto(rel *release.Release, values common.Values, caps *common.Capabilities, args *renderArgs) error {
	if wanted := rel.Chart.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, caps.KubeVersion.String()) {
		return fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, caps.KubeVersion.Version)
	}
	templates := engine.Engine{}
	if args.HasLookup {
		templates.CustomTemplateFuncs = template.FuncMap{"lookup": c.lookup}
	}
	files, err := templates.Render(rel.Chart, values)
	if err != nil {
		return err
	}
	rel.Info.Notes = takeNotes(files, rel.Chart.Name())
	post := postRendering{args.PostRenderers, args.PostRenderStrategy, args.CommonMetadata}
	if files, err = post.run(c, files); err != nil {
		return err
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return err
	}
	rel.Hooks = hooks
	var manifest strings.Builder
	for _, m := range manifests {
		fmt.Fprintf(&manifest, "---\n# Source: %s\n%s\n", m.Name, m.Content)
	}
	rel.Manifest = manifest.String()
	return nil
}

const notesFile = "NOTES.txt"

// takeNotes removes all notes from the rendered files and returns the chart's own; those of subcharts are not shown.
func takeNotes(files map[string]string, chartName string) string {
	notes := ""
	for name, text := range files {
		if !strings.HasSuffix(name, notesFile) {
			continue
		}
		if name == path.Join(chartName, "templates", notesFile) {
			notes = text
		}
		delete(files, name)
	}
	return notes
}

// lookup asks the client for live objects, in place of Helm's function of that name.
func (c *call) lookup(apiVersion, kind, namespace, name string) (map[string]any, error) {
	answer, err := c.ask("lookup", map[string]string{"apiVersion": apiVersion, "kind": kind, "namespace": namespace, "name": name})
	if err != nil {
		return map[string]any{}, err
	}
	found := map[string]any{}
	if len(answer.Result) == 0 || string(answer.Result) == "null" {
		return found, nil
	}
	// Integers stay integers, as in the objects Helm's client gives.
	err = kjson.UnmarshalCaseSensitivePreserveInts(answer.Result, &found)
	return found, err
}

func (c *call) answerOf(rel *release.Release, lenient bool) (*reply, error) {
	answer := &reply{}
	objects, failures := manifestObjects(rel.Manifest)
	hooks, hookFailures := hooksOf(rel.Hooks)
	crds, crdFailures := crdObjects(rel.Chart)
	failures = append(append(failures, hookFailures...), crdFailures...)
	if err := firstOf(failures); err != nil && !lenient {
		return nil, err
	}
	record, err := c.pack(rel)
	if err != nil {
		return nil, err
	}
	result := renderResult{
		Chart:    nameOf(rel.Chart.Metadata),
		Manifest: answer.add([]byte(rel.Manifest)),
		Notes:    answer.add([]byte(rel.Info.Notes)),
		Record:   answer.add(record),
		Objects:  answer.attach(objects),
		Hooks:    answer.attachHooks(hooks),
		Crds:     answer.attach(crds),
	}
	answer.result = result
	return answer, nil
}

func crdObjects(loaded *chart.Chart) ([]*object, []*documentError) {
	collected := &collector{seen: map[string]*object{}}
	for _, crd := range loaded.CRDObjects() {
		collected.file(crd.Filename, crd.File.Data)
	}
	return collected.objects, collected.errors
}
