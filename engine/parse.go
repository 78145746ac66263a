package main

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

type parseArgs struct {
	Content string   `json:"content"`
	Files   []string `json:"files"`
}

type parseResult struct {
	Objects []*object        `json:"objects"`
	Errors  []*documentError `json:"errors"`
}

// parse reads plain YAML files: all objects that can be read, and an error for each document that cannot.
func parse(c *call, raw json.RawMessage) (*reply, error) {
	var args parseArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	all, err := c.files(args.Content)
	if err != nil {
		return nil, err
	}
	files, err := chosen(all, args.Files)
	if err != nil {
		return nil, err
	}
	contents, err := c.read(args.Content, files)
	if err != nil {
		return nil, err
	}
	collected := &collector{seen: map[string]*object{}}
	for i, file := range files {
		collected.file(file.Path, contents[i])
	}
	answer := &reply{}
	answer.result = parseResult{Objects: answer.attach(collected.objects), Errors: collected.failures()}
	return answer, nil
}

func chosen(all []contentFile, names []string) ([]contentFile, error) {
	var files []contentFile
	if names == nil {
		for _, file := range all {
			if extension := path.Ext(file.Path); extension == ".yaml" || extension == ".yml" {
				files = append(files, file)
			}
		}
		return files, nil
	}
	byPath := make(map[string]contentFile, len(all))
	for _, file := range all {
		byPath[file.Path] = file
	}
	for _, name := range names {
		file, ok := byPath[name]
		if !ok {
			return nil, fmt.Errorf("%s is not in the content", name)
		}
		files = append(files, file)
	}
	return files, nil
}

// collector gathers objects of many files and notices those that are there twice.
type collector struct {
	objects []*object
	errors  []*documentError
	seen    map[string]*object
}

func (c *collector) failures() []*documentError {
	if c.errors == nil {
		return []*documentError{}
	}
	return c.errors
}

func (c *collector) file(name string, data []byte) {
	for _, d := range splitDocuments(data) {
		objects, failed := d.objects(name)
		if failed != nil {
			c.errors = append(c.errors, failed)
			continue
		}
		for _, o := range objects {
			if first, twice := c.seen[o.key()]; twice {
				c.errors = append(c.errors, d.error(name, fmt.Sprintf("%s is defined already in %s, document %d", o.title(), first.File, first.Document)))
				continue
			}
			c.seen[o.key()] = o
			c.objects = append(c.objects, o)
		}
	}
}

// objects reads a document's objects; none of a document that is empty or configures kustomize.
func (d document) objects(file string) ([]*object, *documentError) {
	data, failed := d.json(file)
	if failed != nil {
		return nil, failed
	}
	if string(data) == "null" || configuresKustomize(data) {
		return nil, nil
	}
	objects, err := readObjects(data)
	if err != nil {
		return nil, d.error(file, err.Error())
	}
	for _, o := range objects {
		o.File, o.Document = file, d.number
	}
	return objects, nil
}

func configuresKustomize(data []byte) bool {
	var read struct{ APIVersion, Kind string }
	if json.Unmarshal(data, &read) != nil {
		return false
	}
	return strings.HasPrefix(read.APIVersion, "kustomize.config.k8s.io/") && slices.Contains([]string{"Kustomization", "Component"}, read.Kind)
}
