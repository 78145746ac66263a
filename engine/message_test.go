package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func message(t *testing.T, template string) (string, error) {
	t.Helper()
	args := `{"template": ` + quoted(template) + `, "automation": {"namespace": "flux-system", "name": "dev"}, "values": {"cluster": "gke"}, "changes": [
		{"file": "locks/b.yaml", "object": {"apiVersion": "fairlead.dev/v1", "kind": "Lock"}, "oldValue": "p:1", "newValue": "p:2", "setter": "ns:p"},
		{"file": "dist/a.yaml", "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "dev", "name": "web"}, "oldValue": "p:1", "newValue": "p:2", "setter": "ns:p"},
		{"file": "dist/a.yaml", "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "dev", "name": "web"}, "oldValue": "1", "newValue": "2", "setter": "ns:p:tag"}]}`
	answer, err := commitMessage(&call{}, json.RawMessage(args))
	if err != nil {
		return "", err
	}
	return answer.result.(string), nil
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text)
	return string(encoded)
}

func TestMessagesOfFluxDocumentation(t *testing.T) {
	cases := map[string]string{
		"Automated image update by Flux for cluster {{ .Values.cluster }}.":                                                           "Automated image update by Flux for cluster gke.",
		"{{ .AutomationObject }} {{ .AutomationObject.Namespace }}.{{ .AutomationObject.Name }}":                                      "flux-system/dev flux-system.dev",
		"{{ range $filename, $_ := .Changed.FileChanges -}}\n- {{ $filename }}\n{{ end -}}":                                           "- dist/a.yaml\n- locks/b.yaml\n",
		"{{ range .Changed.Changes }}{{ .OldValue }}>{{ .NewValue }} {{ .Setter }};{{ end }}":                                         "p:1>p:2 ns:p;1>2 ns:p:tag;",
		"{{ range $r, $c := .Changed.Objects }}{{ $r.Kind | lower }}/{{ $r.Name }}:{{ len $c }} {{ end }}":                            "deployment/web:2 lock/:1 ",
		"{{ range $_, $o := .Changed.FileChanges }}{{ range $r, $_ := $o }}{{ $r.APIVersion }},{{ $r.Namespace }} {{ end }}{{ end }}": "apps/v1,dev fairlead.dev/v1, ",
	}
	for template, expected := range cases {
		for range 5 {
			if got, err := message(t, template); err != nil || got != expected {
				t.Fatalf("%s: %q, %v", template, got, err)
			}
		}
	}
}

func TestRefusedMessages(t *testing.T) {
	cases := map[string]string{
		"{{ range .Updated.Images }}{{ end }}": "removedField .Updated",
		"{{ .Changed.ImageResult }}":           "removedField .Changed.ImageResult",
		"{{ .Nothing }}":                       "template ",
		"{{ env \"HOME\" }}":                   "template ",
		"{{ now }}":                            "template ",
		"{{ if }}":                             "template ",
		"{{ repeat 2000000 \"x\" }}":           "template ",
	}
	for template, expected := range cases {
		got, err := message(t, template)
		var f *failure
		if !errors.As(err, &f) || !strings.HasPrefix(f.Kind+" "+f.Message, expected) {
			t.Errorf("%s: %q, %v", template, got, err)
		}
	}
}
