package main

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// tree is the shape of a content: which files there are, and what each folder holds. Paths are absolute, the root is `/`.
type tree struct {
	files   map[string]contentFile
	folders map[string][]string
}

func growTree(files []contentFile) *tree {
	t := &tree{files: make(map[string]contentFile, len(files)), folders: map[string][]string{"/": nil}}
	for _, file := range files {
		at := "/" + file.Path
		t.files[at] = file
		for at != "/" {
			folder := path.Dir(at)
			children, known := t.folders[folder]
			t.folders[folder] = append(children, path.Base(at))
			if known {
				break
			}
			at = folder
		}
	}
	for _, children := range t.folders {
		slices.Sort(children)
	}
	return t
}

// contentFS is a content as kustomize's file system. Files are asked for when they are read; what is written stays in
// memory.
type contentFS struct {
	call    *call
	content string
	tree    *tree
	written map[string][]byte
	// seen are the files and folders the build looked into.
	seen map[string]bool
	// check is given each kustomization file that is read.
	check func(name string, data []byte) error
}

func (c *call) fileSystem(content string) (*contentFS, error) {
	key := "tree " + content
	known, ok := c.server.contents.get(key)
	if !ok {
		files, err := c.files(content)
		if err != nil {
			return nil, err
		}
		grown := growTree(files)
		c.server.contents.put(key, grown, 160*len(files))
		known = grown
	}
	return &contentFS{call: c, content: content, tree: known.(*tree), written: map[string][]byte{}, seen: map[string]bool{}}, nil
}

func clean(name string) string { return path.Join("/", name) }

func (f *contentFS) missing(op, name string) error {
	return &fs.PathError{Op: op, Path: strings.TrimPrefix(name, "/"), Err: fs.ErrNotExist}
}

func (f *contentFS) isFile(name string) bool {
	_, written := f.written[name]
	_, stored := f.tree.files[name]
	return written || stored
}

func (f *contentFS) IsDir(name string) bool {
	_, ok := f.tree.folders[clean(name)]
	return ok
}

func (f *contentFS) Exists(name string) bool {
	name = clean(name)
	return f.isFile(name) || f.IsDir(name)
}

func (f *contentFS) ReadFile(name string) ([]byte, error) {
	name = clean(name)
	f.seen[name] = true
	data, written := f.written[name]
	if !written {
		file, ok := f.tree.files[name]
		if !ok {
			return nil, f.missing("open", name)
		}
		contents, err := f.call.read(f.content, []contentFile{file})
		if err != nil {
			return nil, err
		}
		// Its own copy: who reads a file of a file system may write into what it got.
		data = slices.Clone(contents[0])
	}
	if f.check != nil && isKustomizationFile(name) {
		if err := f.check(name, data); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (f *contentFS) WriteFile(name string, data []byte) error {
	f.written[clean(name)] = data
	return nil
}

func (f *contentFS) ReadDir(name string) ([]string, error) {
	name = clean(name)
	children, ok := f.tree.folders[name]
	if !ok {
		return nil, f.missing("readdir", name)
	}
	f.seen[path.Join(name, "*")] = true
	return slices.Clone(children), nil
}

func (f *contentFS) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	name = clean(name)
	switch {
	case f.IsDir(name):
		return filesys.ConfirmedDir(name), "", nil
	case f.isFile(name):
		return filesys.ConfirmedDir(path.Dir(name)), path.Base(name), nil
	default:
		return "", "", fmt.Errorf("'%s' doesn't exist", strings.TrimPrefix(name, "/"))
	}
}

func (f *contentFS) Glob(pattern string) ([]string, error) {
	pattern = clean(pattern)
	var found []string
	for name := range f.tree.files {
		matches, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if matches {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found, nil
}

func (f *contentFS) Walk(name string, visit filepath.WalkFunc) error {
	name = clean(name)
	if !f.Exists(name) {
		return visit(name, nil, f.missing("walk", name))
	}
	err := f.walk(name, visit)
	if err == filepath.SkipDir || err == filepath.SkipAll {
		return nil
	}
	return err
}

func (f *contentFS) walk(name string, visit filepath.WalkFunc) error {
	folder := f.IsDir(name)
	if err := visit(name, entry{name, folder}, nil); err != nil {
		if err == filepath.SkipDir && folder {
			return nil
		}
		return err
	}
	if !folder {
		return nil
	}
	f.seen[path.Join(name, "*")] = true
	for _, child := range f.tree.folders[name] {
		if err := f.walk(path.Join(name, child), visit); err != nil {
			return err
		}
	}
	return nil
}

// scope is the deepest folder that holds everything the build looked at.
func (f *contentFS) scope() string {
	var common []string
	first := true
	for name := range f.seen {
		folder := strings.Split(strings.Trim(path.Dir(name), "/"), "/")
		if first {
			common, first = folder, false
			continue
		}
		same := 0
		for same < len(common) && same < len(folder) && common[same] == folder[same] {
			same++
		}
		common = common[:same]
	}
	if found := strings.Join(common, "/"); found != "" {
		return found
	}
	return "."
}

func (f *contentFS) readOnly() error { return fmt.Errorf("a content is read-only") }

func (f *contentFS) Create(string) (filesys.File, error) { return nil, f.readOnly() }
func (f *contentFS) Open(string) (filesys.File, error)   { return nil, f.readOnly() }
func (f *contentFS) Mkdir(string) error                  { return f.readOnly() }
func (f *contentFS) MkdirAll(string) error               { return f.readOnly() }
func (f *contentFS) RemoveAll(string) error              { return f.readOnly() }
