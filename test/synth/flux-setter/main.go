// flux-setter tells what Flux's image automation makes of files: reads a JSON array of trees and policies, and prints each tree as Flux's own
// update package leaves it. The module lies below Flux's, so that it may import what is internal there.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/fluxcd/image-automation-controller/internal/update"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type policy struct {
	Namespace string               `json:"namespace"`
	Name      string               `json:"name"`
	LatestRef reflectorv1.ImageRef `json:"latestRef"`
}

type request struct {
	Files    map[string]string `json:"files"`
	Policies []policy          `json:"policies"`
}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		log.Fatal(err)
	}
	trees := make([]map[string]string, len(requests))
	for i, request := range requests {
		tree, err := set(request)
		if err != nil {
			log.Fatalf("request %d: %v", i, err)
		}
		trees[i] = tree
	}
	if err := json.NewEncoder(os.Stdout).Encode(trees); err != nil {
		log.Fatal(err)
	}
}

func set(request request) (map[string]string, error) {
	root, err := os.MkdirTemp("", "flux-setter-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	for path, text := range request.Files {
		file := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	var policies []reflectorv1.ImagePolicy
	for _, policy := range request.Policies {
		policies = append(policies, reflectorv1.ImagePolicy{
			ObjectMeta: metav1.ObjectMeta{Namespace: policy.Namespace, Name: policy.Name},
			Status:     reflectorv1.ImagePolicyStatus{LatestRef: &policy.LatestRef},
		})
	}
	if _, err := update.UpdateWithSetters(logr.Discard(), root, root, policies); err != nil {
		return nil, err
	}
	tree := map[string]string{}
	for path := range request.Files {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return nil, err
		}
		tree[path] = string(text)
	}
	return tree, nil
}
