// kyaml tells what Go makes of YAML: reads a JSON array of texts, and prints for each what kyaml writes back after reading it, as Flux's image
// automation does with every file it edits, and the JSON that Kubernetes' own reader sees.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/yaml"
)

type result struct {
	Rewritten string `json:"rewritten"`
	JSON      string `json:"json"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		log.Fatal(err)
	}
	results := make([]result, len(texts))
	for i, text := range texts {
		var rewritten bytes.Buffer
		pipe := &kio.ByteReadWriter{Reader: bytes.NewBufferString(text), Writer: &rewritten, PreserveSeqIndent: true}
		if err := (kio.Pipeline{Inputs: []kio.Reader{pipe}, Outputs: []kio.Writer{pipe}}).Execute(); err != nil {
			log.Fatalf("kyaml: %v\n%s", err, text)
		}
		read, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			log.Fatalf("yaml: %v\n%s", err, text)
		}
		results[i] = result{Rewritten: rewritten.String(), JSON: string(read)}
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		log.Fatal(err)
	}
}
