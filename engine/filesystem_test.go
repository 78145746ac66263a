package main

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
)

func newTestFS(names ...string) *contentFS {
	cache := newContentCache(1 << 20)
	var files []contentFile
	for _, name := range names {
		files = append(files, contentFile{Path: name, Digest: name})
		cache.put(name, []byte("content of "+name), 1)
	}
	return &contentFS{
		call: &call{server: &server{contents: cache}}, tree: growTree(files), written: map[string][]byte{}, seen: map[string]bool{},
	}
}

func TestScopeIsTheFolderOfAllThatWasRead(t *testing.T) {
	for _, test := range []struct {
		read []string
		want string
	}{
		{[]string{"a/b/x"}, "a/b"},
		{[]string{"a/b/x", "a/c/y"}, "a"},
		{[]string{"a/b/x", "ab/z"}, "."},
		{[]string{"root"}, "."},
		{[]string{"a/b/x", "root"}, "."},
	} {
		files := newTestFS("a/b/x", "a/c/y", "ab/z", "root")
		for _, name := range test.read {
			if _, err := files.ReadFile("/" + name); err != nil {
				t.Fatal(err)
			}
		}
		if got := files.scope(); got != test.want {
			t.Errorf("%v: %s, want %s", test.read, got, test.want)
		}
	}
}

func TestAMissingFileWidensTheScope(t *testing.T) {
	files := newTestFS("a/b/x")
	if _, err := files.ReadFile("/a/b/x"); err != nil {
		t.Fatal(err)
	}
	// Were it there one day, the build would be another.
	if _, err := files.ReadFile("/c/x"); err == nil {
		t.Error("read a file that is not there")
	}
	if got := files.scope(); got != "." {
		t.Errorf("scope %s", got)
	}
}

func TestWalkSkipsAndSorts(t *testing.T) {
	files := newTestFS("b/1", "a/2", "a/1", "skip/x")
	var walked []string
	err := files.Walk("/", func(name string, info fs.FileInfo, err error) error {
		if info.Name() == "skip" {
			return filepath.SkipDir
		}
		walked = append(walked, name)
		return err
	})
	if want := []string{"/", "/a", "/a/1", "/a/2", "/b", "/b/1"}; err != nil || !slices.Equal(walked, want) {
		t.Errorf("%v, %v", walked, err)
	}
}

func TestWhoReadsAFileMayWriteIntoIt(t *testing.T) {
	files := newTestFS("a")
	first, _ := files.ReadFile("/a")
	first[0] = 'X'
	if second, _ := files.ReadFile("/a"); string(second) != "content of a" {
		t.Errorf("the cache was changed: %s", second)
	}
}

func TestRemoteBasesAreKnown(t *testing.T) {
	for entry, want := range map[string]bool{
		"../base": false, "deployment.yaml": false, "github.com-mirror": false, "git-thing": false, "sub/dir": false,
		"https://github.com/a/b?ref=v1": true, "http://x/y.yaml": true, "git@github.com:a/b": true, "github.com/a/b": true,
		"ssh://git@host/a": true, "git::https://x/y": true, "file:///a": true, "a.git//b": true,
	} {
		if got := isRemote(entry); got != want {
			t.Errorf("%s: %v", entry, got)
		}
	}
}
