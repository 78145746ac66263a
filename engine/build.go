package main

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/yaml"
)

type buildArgs struct {
	Content string   `json:"content"`
	Path    string   `json:"path"`
	Overlay *overlay `json:"overlay"`
}

type buildResult struct {
	Objects []*object `json:"objects"`
	Scope   string    `json:"scope"`
}

// build is `kustomize build` of a folder, after what Flux's Kustomization adds to it.
func build(c *call, raw json.RawMessage) (*reply, error) {
	var args buildArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	files, err := c.fileSystem(args.Content)
	if err != nil {
		return nil, err
	}
	folder := clean(args.Path)
	if !files.IsDir(folder) {
		return nil, fmt.Errorf("folder %s is not in the content", args.Path)
	}
	defer c.alone()()
	guard := &guard{files: files}
	files.check = guard.look
	if args.Overlay != nil {
		if err := args.Overlay.write(files, folder); err != nil {
			return nil, err
		}
	}
	built, err := kustomize(files, folder, guard)
	if guard.refused != nil {
		// Kustomize hides why a file could not be read.
		return nil, guard.refused
	}
	if err != nil {
		return nil, err
	}
	objects, err := objectsOf(built, folder, args.Overlay)
	if err != nil {
		return nil, err
	}
	answer := &reply{}
	answer.result = buildResult{Objects: answer.attach(objects), Scope: files.scope()}
	return answer, nil
}

// kustomizing is held by the one build at work: kustomize keeps its OpenAPI schema in globals.
var kustomizing sync.Mutex

// alone waits for its turn without a slot: the build at work may need one to go on.
func (c *call) alone() (done func()) {
	<-c.server.slots
	kustomizing.Lock()
	c.server.slots <- struct{}{}
	return kustomizing.Unlock
}

// kustomize builds with Flux's options: files from outside the folder allowed (the content bounds them), plugins not.
// Its caller is alone.
func kustomize(files filesys.FileSystem, folder string, guard *guard) (resmap.ResMap, error) {
	defer func() {
		// Loading the built-in schema anew takes a while: only a build that brought its own leaves anything behind.
		if guard != nil && guard.ownSchema {
			openapi.ResetOpenAPI()
		}
	}()
	options := &krusty.Options{LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig()}
	return krusty.MakeKustomizer(options).Run(files, folder)
}

func objectsOf(built resmap.ResMap, folder string, with *overlay) ([]*object, error) {
	var all []*object
	for _, one := range built.Resources() {
		file, err := originOf(one, folder, with)
		if err != nil {
			return nil, err
		}
		data, err := one.MarshalJSON()
		if err != nil {
			return nil, err
		}
		if with != nil && with.CommonMetadata != nil {
			if data, err = with.CommonMetadata.stamp(data); err != nil {
				return nil, err
			}
		}
		objects, err := readObjects(data)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			o.File = file
		}
		all = append(all, objects...)
	}
	return all, nil
}

// originOf is the file an object was read from, or in which its generator is configured; empty where nobody asked kustomize to say.
func originOf(of *resource.Resource, folder string, with *overlay) (string, error) {
	origin, err := of.GetOrigin()
	if origin == nil || err != nil {
		return "", err
	}
	if with != nil && with.hidesOrigins {
		if err := of.SetOrigin(nil); err != nil {
			return "", err
		}
	}
	from := origin.Path
	if from == "" {
		from = origin.ConfiguredIn
	}
	return strings.TrimPrefix(path.Join(folder, from), "/"), nil
}

func isKustomizationFile(name string) bool {
	return slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(name))
}

// guard looks at the kustomization files a build reads.
type guard struct {
	files     *contentFS
	ownSchema bool
	refused   error
}

// look refuses what lies elsewhere, with a clear word: kustomize would try to fetch it.
func (g *guard) look(name string, data []byte) error {
	var read struct {
		Resources  []string       `json:"resources"`
		Bases      []string       `json:"bases"`
		Components []string       `json:"components"`
		Crds       []string       `json:"crds"`
		OpenAPI    map[string]any `json:"openapi"`
	}
	if yaml.Unmarshal(data, &read) != nil {
		// Kustomize says what is wrong with it.
		return nil
	}
	if len(read.OpenAPI) > 0 || len(read.Crds) > 0 {
		g.ownSchema = true
	}
	for _, entry := range slices.Concat(read.Resources, read.Bases, read.Components, read.Crds) {
		if isRemote(entry) && !g.files.Exists(path.Join(path.Dir(name), entry)) {
			g.refused = fmt.Errorf("%s: remote base %s is not fetched: copy it into the repository, or make it a source of its own", strings.TrimPrefix(name, "/"), entry)
			return g.refused
		}
	}
	return nil
}

// isRemote knows what kustomize's loader takes for a URL or a repository.
func isRemote(entry string) bool {
	lower := strings.ToLower(entry)
	for _, prefix := range []string{"git::", "gh:", "ssh://", "https://", "http://", "file://", "git@", "github.com:", "github.com/", "org-"} {
		if strings.HasPrefix(lower, prefix) && len(lower) > len(prefix) {
			return prefix != "org-" || strings.Contains(lower, "@github.com:")
		}
	}
	return strings.Contains(lower, ".git/") || strings.HasSuffix(lower, ".git") || strings.Contains(lower, "?ref=")
}
