package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"hash/crc32"
	"io"
	"testing"

	"helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
)

func FuzzCombinedChecksums(f *testing.F) {
	f.Add([]byte("a"), []byte("b"))
	f.Add([]byte{}, []byte{})
	f.Add([]byte{0, 0}, bytes.Repeat([]byte{7}, 1000))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		got := combineCRC(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), len(b))
		if want := crc32.ChecksumIEEE(append(bytes.Clone(a), b...)); got != want {
			t.Errorf("got %x, want %x", got, want)
		}
	})
}

func FuzzPieces(f *testing.F) {
	f.Add([]byte("head,"), []byte("tail"))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, headText, tailText []byte) {
		head, _ := deflate(headText, 6, false)
		tail, _ := deflate(tailText, 9, true)
		file := joinPieces(head, tail)
		// Everybody reads it.
		reader, err := gzip.NewReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := io.ReadAll(reader)
		if err != nil || !bytes.Equal(whole, append(bytes.Clone(headText), tailText...)) {
			t.Fatalf("%v: %q", err, whole)
		}
		// We find its pieces.
		text, found, ours := splitPieces(file)
		if !ours || !bytes.Equal(text, headText) || !bytes.Equal(found.deflated, tail.deflated) || found.crc != tail.crc {
			t.Errorf("ours %v, head %q", ours, text)
		}
		// What was changed since is not ours.
		file[len(file)-5] ^= 1
		if _, _, ours := splitPieces(file); ours {
			t.Error("a changed file was taken for ours")
		}
	})
}

func FuzzForeignFiles(f *testing.F) {
	f.Add([]byte{})
	f.Add(append(bytes.Clone(gzipHeader), bytes.Repeat([]byte{255}, 40)...))
	f.Fuzz(func(_ *testing.T, file []byte) { splitPieces(file) })
}

func TestAReleaseIsReadAsHelmReadsIt(t *testing.T) {
	c := &call{server: &server{contents: newContentCache(1 << 20)}}
	made := &release.Release{
		Name: "r", Namespace: "n", Version: 3, Manifest: "---\na: 1\n", Config: map[string]any{"x": 1.5}, Info: &release.Info{Notes: "hello"},
		Hooks: []*release.Hook{{Name: "h", Events: []release.HookEvent{release.HookPreInstall}}},
	}
	packed, err := c.pack(made)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		// The second time it is our own edit that is edited.
		packed, err = c.repack(packed, func(head *releaseHead) { head.Info.Status = common.StatusDeployed })
		if err != nil {
			t.Fatal(err)
		}
	}
	var read release.Release
	if err := unpack(packed, &read); err != nil {
		t.Fatal(err)
	}
	made.Info.Status = common.StatusDeployed
	want, _ := json.Marshal(made)
	if got, _ := json.Marshal(&read); !bytes.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAReleaseOfHelmKeepsEverything(t *testing.T) {
	c := &call{server: &server{contents: newContentCache(1 << 20)}}
	text := `{"name":"r","info":{"status":"deployed","notes":"<hello>"},"chart":{"metadata":{"name":"c"}},"config":{"n":12345678901234567890},"manifest":"m","version":1,"namespace":"n","apply_method":"ssa"}`
	var file bytes.Buffer
	writer := gzip.NewWriter(&file)
	_, _ = writer.Write([]byte(text))
	_ = writer.Close()
	packed, err := c.repack(file.Bytes(), func(head *releaseHead) { head.Version = 2 })
	if err != nil {
		t.Fatal(err)
	}
	var read stored
	if err := unpack(packed, &read); err != nil {
		t.Fatal(err)
	}
	if read.Version != 2 || read.ApplyMethod != "ssa" || string(read.Config) != `{"n":12345678901234567890}` || read.Info.Notes != "<hello>" || read.Manifest != "m" {
		t.Errorf("%+v", read)
	}
}
