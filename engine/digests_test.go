package main

import (
	"encoding/json"
	"testing"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// The digests expected here are those of Flux's own tests.

func TestSnapshotDigestIsFluxs(t *testing.T) {
	got, err := snapshotDigest(&stored{releaseHead: releaseHead{Name: "foo", Info: &release.Info{}}}, &chart.Metadata{}, nil)
	if want := "sha256:f1498f27a16a09cd7e1ee610d924df065c03d30035638babc95dd9a8d412ce4d"; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestRunsOfTestsDoNotChangeTheSnapshot(t *testing.T) {
	digest := func(hooks ...*release.Hook) string {
		got, err := snapshotDigest(&stored{releaseHead: releaseHead{Name: "foo", Info: &release.Info{}, Hooks: hooks}}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	test := &release.Hook{Name: "a", Events: []release.HookEvent{release.HookTest}}
	install := &release.Hook{Name: "a", Events: []release.HookEvent{release.HookPreInstall}}
	if digest(test) != digest() {
		t.Error("a hook of tests took part")
	}
	if digest(install) == digest() {
		t.Error("a hook of the release took no part")
	}
}

func TestConfigDigestIsFluxs(t *testing.T) {
	for values, want := range map[string]string{
		`{}`:   "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		`null`: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		`{"replicas":3,"image":{"tag":"latest","repository":"nginx"},"ports":[{"protocol":"TCP","port":8080},{"port":9090,"protocol":"UDP"}]}`:                                    "sha256:fcdc2b0de1581a3633ada4afee3f918f6eaa5b5ab38c3fef03d5b48d3f85d9f6",
		`{"replicas":3,"test":{"632bd80235a05f4192aefade":"value1","632bd80ddf416cf32fd50679":"value2","632bd817c559818a52307da2":"value3","632bd82398e71231a98004b6":"value4"}}`: "sha256:8a980fcbeadd6f05818f07e8aec14070c22250ca3d96af1fcd5f93b3e85b4d70",
	} {
		read, err := readValues(json.RawMessage(values))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := digestValues(read); err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", values, got, err, want)
		}
	}
}
