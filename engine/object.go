package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	kjson "sigs.k8s.io/json"
)

// object is an object of a manifest: its identity beside the bytes that will be sent. The bytes are a segment.
type object struct {
	Group       string            `json:"group"`
	Version     string            `json:"version"`
	Kind        string            `json:"kind"`
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	Digest      string            `json:"digest"`
	File        string            `json:"file,omitempty"`
	Document    int               `json:"document,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	// At is the index of the segment with its JSON.
	At   int `json:"at"`
	json []byte
}

// key is the same for objects that are the same to the API server. The version takes no part.
func (o *object) key() string {
	return strings.Join([]string{o.Group, o.Kind, o.Namespace, o.Name}, "/")
}

func (o *object) title() string {
	if o.Namespace == "" {
		return o.Kind + "/" + o.Name
	}
	return o.Kind + "/" + o.Namespace + "/" + o.Name
}

// outline is what we read of an object. Keys match by case, as the API server's do.
type outline struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Items *[]json.RawMessage `json:"items"`
}

// wrongType is how the JSON decoder says so.
var wrongType = regexp.MustCompile(`^json: cannot unmarshal (\S+) into Go struct field \S*?\.(metadata\S*|apiVersion|kind|items) of type (?:\S*\.)?(\S+)$`)

// readObjects makes objects of a JSON value: one, or the items of a list.
func readObjects(data []byte) ([]*object, error) {
	var read outline
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &read); err != nil {
		return nil, fmt.Errorf("not a Kubernetes object: %s", wrongType.ReplaceAllString(err.Error(), "$2 must be a $3, not a $1"))
	}
	if read.APIVersion == "" {
		return nil, fmt.Errorf("not a Kubernetes object: apiVersion is missing")
	}
	if read.Kind == "" {
		return nil, fmt.Errorf("not a Kubernetes object: kind is missing")
	}
	if strings.HasSuffix(read.Kind, "List") && read.Items != nil {
		var all []*object
		for i, item := range *read.Items {
			objects, err := readObjects(item)
			if err != nil {
				return nil, fmt.Errorf("items[%d]: %w", i, err)
			}
			all = append(all, objects...)
		}
		return all, nil
	}
	if read.Metadata.Name == "" {
		return nil, fmt.Errorf("%s has no metadata.name", read.Kind)
	}
	group, version, found := strings.Cut(read.APIVersion, "/")
	if !found {
		group, version = "", read.APIVersion
	}
	sum := sha256.Sum256(data)
	return []*object{{
		Group: group, Version: version, Kind: read.Kind, Namespace: read.Metadata.Namespace, Name: read.Metadata.Name,
		Digest: hex.EncodeToString(sum[:]), Labels: read.Metadata.Labels, Annotations: read.Metadata.Annotations,
		json: data,
	}}, nil
}

// attach puts the objects' bytes into the reply.
func (r *reply) attach(objects []*object) []*object {
	for _, o := range objects {
		o.At = r.add(o.json)
	}
	if objects == nil {
		return []*object{}
	}
	return objects
}
