package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// maxRelease bounds a stored release when unpacked; Kubernetes keeps at most 1 MiB of it packed.
const maxRelease = 256 << 20

// releaseHead is what changes about a release in its life.
type releaseHead struct {
	Name        string          `json:"name,omitempty"`
	Info        *release.Info   `json:"info,omitempty"`
	Hooks       []*release.Hook `json:"hooks,omitempty"`
	Version     int             `json:"version,omitempty"`
	Namespace   string          `json:"namespace,omitempty"`
	ApplyMethod string          `json:"apply_method,omitempty"`
}

// stored is Helm's release with the parts nobody changes left as they are.
type stored struct {
	releaseHead
	Chart    json.RawMessage `json:"chart,omitempty"`
	Config   json.RawMessage `json:"config,omitempty"`
	Manifest string          `json:"manifest,omitempty"`
}

// hookRun is when a hook last ran and how it ended.
type hookRun struct {
	StartedAt   time.Time         `json:"startedAt"`
	CompletedAt time.Time         `json:"completedAt"`
	Phase       release.HookPhase `json:"phase"`
}

// change is what may change about a release in its life; what is absent stays.
type change struct {
	Revision      *int               `json:"revision"`
	Status        *string            `json:"status"`
	Description   *string            `json:"description"`
	FirstDeployed *time.Time         `json:"firstDeployed"`
	LastDeployed  *time.Time         `json:"lastDeployed"`
	Deleted       *time.Time         `json:"deleted"`
	ApplyMethod   *string            `json:"applyMethod"`
	HookRuns      map[string]hookRun `json:"hookRuns"`
}

func (c change) applyTo(rel *releaseHead) {
	if rel.Info == nil {
		rel.Info = &release.Info{}
	}
	set(&rel.Version, c.Revision)
	set((*string)(&rel.Info.Status), c.Status)
	set(&rel.Info.Description, c.Description)
	set(&rel.Info.FirstDeployed, c.FirstDeployed)
	set(&rel.Info.LastDeployed, c.LastDeployed)
	set(&rel.Info.Deleted, c.Deleted)
	set(&rel.ApplyMethod, c.ApplyMethod)
	for _, h := range rel.Hooks {
		if run, ok := c.HookRuns[h.Name]; ok {
			h.LastRun = release.HookExecution{StartedAt: run.StartedAt, CompletedAt: run.CompletedAt, Phase: run.Phase}
		}
	}
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// pack makes the gzip'd JSON Helm stores of a release that was just rendered.
func (c *call) pack(rel *release.Release) ([]byte, error) {
	chart, err := json.Marshal(rel.Chart)
	if err != nil {
		return nil, err
	}
	var config json.RawMessage
	if len(rel.Config) > 0 {
		if config, err = json.Marshal(rel.Config); err != nil {
			return nil, err
		}
	}
	tail, err := packTail(c.server.contents, chart, config, rel.Manifest)
	if err != nil {
		return nil, err
	}
	head, err := packHead(releaseHead{Name: rel.Name, Info: rel.Info, Hooks: rel.Hooks, Version: rel.Version, Namespace: rel.Namespace})
	if err != nil {
		return nil, err
	}
	return joinPieces(head, tail), nil
}

// repack changes the head of a packed release and leaves the rest.
func (c *call) repack(packed []byte, edit func(*releaseHead)) ([]byte, error) {
	head, tail, err := c.parts(packed)
	if err != nil {
		return nil, unreadable(err)
	}
	if head.Info == nil {
		head.Info = &release.Info{}
	}
	edit(&head)
	changed, err := packHead(head)
	if err != nil {
		return nil, err
	}
	return joinPieces(changed, tail), nil
}

func (c *call) parts(packed []byte) (releaseHead, piece, error) {
	if text, tail, ours := splitPieces(packed); ours {
		var head releaseHead
		text[len(text)-1] = '}'
		err := json.Unmarshal(text, &head)
		return head, tail, err
	}
	var rel stored
	if err := unpack(packed, &rel); err != nil {
		return releaseHead{}, piece{}, err
	}
	tail, err := packTail(c.server.contents, rel.Chart, rel.Config, rel.Manifest)
	return rel.releaseHead, tail, err
}

func unreadable(err error) error {
	return &failure{Kind: "release", Message: fmt.Sprintf("not a Helm release: %v", err)}
}

// decoded gives the call's only segment without its base64.
func (c *call) decoded() ([]byte, error) {
	if len(c.segments) != 1 {
		return nil, fmt.Errorf("expected one segment, got %d", len(c.segments))
	}
	data, err := base64.StdEncoding.DecodeString(string(c.segments[0]))
	if err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

// changed applies a change to a packed release and gives it as Helm's storage holds it.
func (c *call) changed(packed []byte, raw json.RawMessage) (*reply, error) {
	var wanted change
	if err := json.Unmarshal(raw, &wanted); err != nil {
		return nil, err
	}
	data, err := c.repack(packed, wanted.applyTo)
	if err != nil {
		return nil, err
	}
	answer := &reply{}
	answer.result = answer.add([]byte(base64.StdEncoding.EncodeToString(data)))
	return answer, nil
}

func encodeRelease(c *call, raw json.RawMessage) (*reply, error) {
	if len(c.segments) != 1 {
		return nil, fmt.Errorf("expected one segment, got %d", len(c.segments))
	}
	return c.changed(c.segments[0], raw)
}

func editRelease(c *call, raw json.RawMessage) (*reply, error) {
	packed, err := c.decoded()
	if err != nil {
		return nil, err
	}
	return c.changed(packed, raw)
}

// recordOf makes a stored release a record again. Hooks have not run yet, and nothing has happened to it.
func recordOf(c *call, _ json.RawMessage) (*reply, error) {
	packed, err := c.decoded()
	if err != nil {
		return nil, err
	}
	data, err := c.repack(packed, func(head *releaseHead) {
		head.Info = &release.Info{Notes: head.Info.Notes}
		head.ApplyMethod = ""
		for _, h := range head.Hooks {
			h.LastRun = release.HookExecution{}
		}
	})
	if err != nil {
		return nil, err
	}
	answer := &reply{}
	answer.result = answer.add(data)
	return answer, nil
}

type decodedInfo struct {
	Status        common.Status `json:"status"`
	Description   string        `json:"description"`
	FirstDeployed string        `json:"firstDeployed"`
	LastDeployed  string        `json:"lastDeployed"`
	Deleted       string        `json:"deleted,omitempty"`
	ApplyMethod   string        `json:"applyMethod,omitempty"`
}

type decodedRelease struct {
	Name           string          `json:"name"`
	Namespace      string          `json:"namespace"`
	Revision       int             `json:"revision"`
	Info           decodedInfo     `json:"info"`
	Chart          chartName       `json:"chart"`
	Config         json.RawMessage `json:"config"`
	Manifest       int             `json:"manifest"`
	Objects        []*object       `json:"objects"`
	Hooks          []hook          `json:"hooks"`
	SnapshotDigest string          `json:"snapshotDigest"`
	ConfigDigest   string          `json:"configDigest"`
}

// decodeRelease reads a stored release. Documents that are no objects are left out: Helm got by without them.
func decodeRelease(c *call, _ json.RawMessage) (*reply, error) {
	packed, err := c.decoded()
	if err != nil {
		return nil, err
	}
	var rel stored
	if err := unpack(packed, &rel); err != nil {
		return nil, unreadable(err)
	}
	if rel.Info == nil {
		rel.Info = &release.Info{}
	}
	var kept struct {
		Metadata *chart.Metadata `json:"metadata"`
	}
	if len(rel.Chart) > 0 {
		if err := json.Unmarshal(rel.Chart, &kept); err != nil {
			return nil, unreadable(err)
		}
	}
	config, err := readValues(rel.Config)
	if err != nil {
		return nil, unreadable(err)
	}
	snapshot, err := snapshotDigest(&rel, kept.Metadata, config)
	if err != nil {
		return nil, err
	}
	values, err := digestValues(config)
	if err != nil {
		return nil, err
	}
	if len(rel.Config) == 0 {
		rel.Config = json.RawMessage("{}")
	}
	answer := &reply{}
	objects, _ := manifestObjects(rel.Manifest)
	hooks, _ := hooksOf(rel.Hooks)
	answer.result = decodedRelease{
		Name: rel.Name, Namespace: rel.Namespace, Revision: rel.Version,
		Info: decodedInfo{
			Status: rel.Info.Status, Description: rel.Info.Description, FirstDeployed: timeOf(rel.Info.FirstDeployed),
			LastDeployed: timeOf(rel.Info.LastDeployed), Deleted: timeOf(rel.Info.Deleted), ApplyMethod: rel.ApplyMethod,
		},
		Chart:          nameOf(kept.Metadata),
		Config:         rel.Config,
		Manifest:       answer.add([]byte(rel.Manifest)),
		Objects:        answer.attach(objects),
		Hooks:          answer.attachHooks(hooks),
		SnapshotDigest: snapshot,
		ConfigDigest:   values,
	}
	return answer, nil
}

func timeOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
