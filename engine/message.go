package main

import (
	"encoding/json"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

type messageArgs struct {
	Template   string            `json:"template"`
	Automation namespacedName    `json:"automation"`
	Changes    []fileChange      `json:"changes"`
	Values     map[string]string `json:"values"`
}

type fileChange struct {
	File     string                  `json:"file"`
	Object   yaml.ResourceIdentifier `json:"object"`
	OldValue string                  `json:"oldValue"`
	NewValue string                  `json:"newValue"`
	Setter   string                  `json:"setter"`
}

// Flux's data of message templates: image-automation-controller, internal/source and internal/update.
type messageData struct {
	AutomationObject namespacedName
	Changed          changeResult
	Values           map[string]string
}

type namespacedName struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

func (n namespacedName) String() string { return n.Namespace + "/" + n.Name }

type objectIdentifier struct {
	yaml.ResourceIdentifier
}

type objectChanges map[objectIdentifier][]valueChange

type valueChange struct {
	OldValue string
	NewValue string
	Setter   string
}

type changeResult struct {
	FileChanges map[string]objectChanges

	inOrder []fileChange
}

func resultOf(changes []fileChange) changeResult {
	result := changeResult{FileChanges: map[string]objectChanges{}, inOrder: changes}
	for _, c := range changes {
		if result.FileChanges[c.File] == nil {
			result.FileChanges[c.File] = objectChanges{}
		}
		object := objectIdentifier{c.Object}
		result.FileChanges[c.File][object] = append(result.FileChanges[c.File][object], c.change())
	}
	return result
}

func (c fileChange) change() valueChange {
	return valueChange{OldValue: c.OldValue, NewValue: c.NewValue, Setter: c.Setter}
}

// Changes gives each change once, in the order of files; Flux's order is random.
func (r changeResult) Changes() []valueChange {
	seen := map[valueChange]bool{}
	var result []valueChange
	for _, c := range r.inOrder {
		if !seen[c.change()] {
			seen[c.change()] = true
			result = append(result, c.change())
		}
	}
	return result
}

// Objects gives changes by object, whichever files they are in.
func (r changeResult) Objects() objectChanges {
	result := objectChanges{}
	for _, c := range r.inOrder {
		object := objectIdentifier{c.Object}
		result[object] = append(result[object], c.change())
	}
	return result
}

// commitMessage runs a message template of Flux's ImageUpdateAutomation.
func commitMessage(_ *call, raw json.RawMessage) (*reply, error) {
	var args messageArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	parsed, err := template.New("commit message").Funcs(sprig.HermeticTxtFuncMap()).Parse(args.Template)
	if err != nil {
		return nil, &failure{Kind: "template", Message: err.Error()}
	}
	var text boundedText
	if err := parsed.Execute(&text, messageData{args.Automation, resultOf(args.Changes), args.Values}); err != nil {
		if field := removedField(err); field != "" {
			return nil, &failure{Kind: "removedField", Message: field}
		}
		return nil, &failure{Kind: "template", Message: err.Error()}
	}
	return &reply{result: text.String()}, nil
}

// removedField names a field that Flux's templates had once.
func removedField(err error) string {
	for unknown, field := range map[string]string{
		"can't evaluate field Updated in type main.messageData":      ".Updated",
		"can't evaluate field ImageResult in type main.changeResult": ".Changed.ImageResult",
	} {
		if strings.Contains(err.Error(), unknown) {
			return field
		}
	}
	return ""
}
