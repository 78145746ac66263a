package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"
	"sigs.k8s.io/yaml"
)

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// loadChart reads a chart. A packaged one is a content of a single file that is a gzip'd archive.
func (c *call) loadChart(content string) (*chart.Chart, error) {
	files, err := c.files(content)
	if err != nil {
		return nil, err
	}
	buffered, err := c.chartFiles(content, files)
	if err != nil {
		return nil, chartFailure(err)
	}
	if err := supported(buffered); err != nil {
		return nil, chartFailure(err)
	}
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, chartFailure(err)
	}
	sortDependencies(loaded)
	return loaded, nil
}

func chartFailure(err error) error {
	return &failure{Kind: "chart", Message: err.Error()}
}

func (c *call) chartFiles(content string, files []contentFile) ([]*archive.BufferedFile, error) {
	if len(files) == 1 && !strings.Contains(files[0].Path, "/") && path.Ext(files[0].Path) == ".tgz" {
		packaged, err := c.read(content, files)
		if err != nil {
			return nil, err
		}
		return archive.LoadArchiveFiles(bytes.NewReader(packaged[0]))
	}
	kept, err := c.notIgnored(content, files)
	if err != nil {
		return nil, err
	}
	contents, err := c.read(content, kept)
	if err != nil {
		return nil, err
	}
	buffered := make([]*archive.BufferedFile, len(kept))
	for i, file := range kept {
		if int64(len(contents[i])) > archive.MaxDecompressedFileSize {
			return nil, fmt.Errorf("chart file %q is larger than the maximum file size %d", path.Base(file.Path), archive.MaxDecompressedFileSize)
		}
		buffered[i] = &archive.BufferedFile{Name: file.Path, Data: bytes.TrimPrefix(contents[i], byteOrderMark)}
	}
	return buffered, nil
}

// notIgnored applies .helmignore to a chart's folder as Helm does when it walks one: in the order of a walk, and an
// ignored folder with all that is in it.
func (c *call) notIgnored(content string, files []contentFile) ([]contentFile, error) {
	rules := ignore.Empty()
	if at := slices.IndexFunc(files, func(f contentFile) bool { return f.Path == ignore.HelmIgnore }); at >= 0 {
		data, err := c.read(content, files[at:at+1])
		if err != nil {
			return nil, err
		}
		if rules, err = ignore.Parse(bytes.NewReader(data[0])); err != nil {
			return nil, err
		}
	}
	rules.AddDefaults()
	folders := map[string]bool{".": false}
	var ignored func(folder string) bool
	ignored = func(folder string) bool {
		known, ok := folders[folder]
		if !ok {
			known = ignored(path.Dir(folder)) || rules.Ignore(folder, entry{folder, true})
			folders[folder] = known
		}
		return known
	}
	var kept []contentFile
	for _, file := range files {
		if !ignored(path.Dir(file.Path)) && !rules.Ignore(file.Path, entry{file.Path, false}) {
			kept = append(kept, file)
		}
	}
	slices.SortFunc(kept, func(a, b contentFile) int {
		return slices.Compare(strings.Split(a.Path, "/"), strings.Split(b.Path, "/"))
	})
	return kept, nil
}

// entry is what ignore rules ask of a file.
type entry struct {
	path   string
	folder bool
}

func (e entry) Name() string { return path.Base(e.path) }
func (e entry) Size() int64  { return 0 }
func (e entry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir
	}
	return 0
}
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.folder }
func (e entry) Sys() any           { return nil }

// supported says no to charts Helm's own commands refuse by their API version.
func supported(files []*archive.BufferedFile) error {
	for _, file := range files {
		if file.Name != "Chart.yaml" {
			continue
		}
		var base struct {
			APIVersion string `json:"apiVersion"`
		}
		if err := yaml.Unmarshal(file.Data, &base); err != nil {
			return fmt.Errorf("cannot load Chart.yaml: %w", err)
		}
		switch base.APIVersion {
		case "", chart.APIVersionV1, chart.APIVersionV2:
			return nil
		case "v3":
			return errors.New("invalid chart apiVersion")
		default:
			return errors.New("unsupported chart version")
		}
	}
	return errors.New("unable to detect chart version, no Chart.yaml found")
}

// sortDependencies undoes the random order in which Helm unpacks subcharts.
func sortDependencies(c *chart.Chart) {
	dependencies := slices.Clone(c.Dependencies())
	slices.SortStableFunc(dependencies, func(a, b *chart.Chart) int {
		return cmp.Or(strings.Compare(a.Name(), b.Name()), strings.Compare(a.Metadata.Version, b.Metadata.Version))
	})
	c.SetDependencies(dependencies...)
	for _, dependency := range dependencies {
		sortDependencies(dependency)
	}
}

// installable makes the checks Helm's commands make before they render.
func installable(c *chart.Chart) error {
	if kind := c.Metadata.Type; kind != "" && kind != "application" {
		return fmt.Errorf("%s charts are not installable", kind)
	}
	var missing []string
	for _, wanted := range c.Metadata.Dependencies {
		if !slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == wanted.Name }) {
			missing = append(missing, wanted.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("found in Chart.yaml, but missing in charts/ directory: %s", strings.Join(missing, ", "))
	}
	return nil
}
