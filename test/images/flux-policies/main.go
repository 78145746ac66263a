// flux-policies tells which tags Flux's image policies choose: reads a JSON array of policies with tags, and prints for each what Flux's own policy
// package makes of it. The module lies below Flux's, so that it may import what is internal there.
package main

import (
	"encoding/json"
	"log"
	"os"

	imagev1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/fluxcd/image-reflector-controller/internal/policy"
)

type request struct {
	Policy     imagev1.ImagePolicyChoice `json:"policy"`
	FilterTags *imagev1.TagFilter        `json:"filterTags"`
	Tags       []string                  `json:"tags"`
}

type answer struct {
	// The tags that Flux may choose: several where its order takes them for equal, of which it takes one by chance.
	Tags    []string `json:"tags,omitempty"`
	Invalid string   `json:"invalid,omitempty"`
	Error   string   `json:"error,omitempty"`
}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, len(requests))
	for i, request := range requests {
		answers[i] = choose(request)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

// As ImagePolicyReconciler.applyPolicy does.
func choose(request request) answer {
	policer, err := policy.PolicerFromSpec(request.Policy)
	if err != nil {
		return answer{Invalid: err.Error()}
	}
	tagsOf := map[string][]string{}
	for _, tag := range request.Tags {
		key := tag
		if request.FilterTags != nil {
			filter, err := policy.NewRegexFilter(request.FilterTags.Pattern, request.FilterTags.Extract)
			if err != nil {
				return answer{Invalid: err.Error()}
			}
			filter.Apply([]string{tag})
			if len(filter.Items()) == 0 {
				continue
			}
			key = filter.Items()[0]
		}
		tagsOf[key] = append(tagsOf[key], tag)
	}
	var keys []string
	for key := range tagsOf {
		keys = append(keys, key)
	}
	best, err := policer.Latest(append([]string{}, keys...))
	if err != nil {
		return answer{Error: err.Error()}
	}
	var tags []string
	for _, key := range keys {
		if key == best || wins(policer, key, []string{key, best}) || wins(policer, key, []string{best, key}) {
			tags = append(tags, tagsOf[key]...)
		}
	}
	return answer{Tags: tags}
}

func wins(policer policy.Policer, key string, keys []string) bool {
	latest, err := policer.Latest(keys)
	return err == nil && latest == key
}
