package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

func secretOf(templates map[string]string, values map[string]string, limit time.Duration) (map[string]string, error) {
	args := secretArgs{Templates: templates}
	c := &call{}
	for key, value := range values {
		args.Keys = append(args.Keys, key)
		c.segments = append(c.segments, []byte(value))
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	answer, err := secretTemplatesWithin(c, raw, limit)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for key, segment := range answer.result.(map[string]int) {
		texts[key] = string(answer.segments[segment])
	}
	return texts, nil
}

func TestSecretTemplates(t *testing.T) {
	values := map[string]string{"password": "hunter2", "tls.crt": "\x00\xff<&>"}
	texts, err := secretOf(map[string]string{
		"a": `{{ .password | b64enc }}{{ .missing }}`,
		"b": `{{ index . "tls.crt" }}`,
		"c": `{{ range $key, $_ := . }}{{ $key }} {{ end }}`,
	}, values, time.Minute)
	if err != nil || texts["a"] != "aHVudGVyMg==<no value>" || texts["b"] != "\x00\xff<&>" || texts["c"] != "password tls.crt " {
		t.Fatalf("%q, %v", texts, err)
	}
}

func TestFaultsOfSecretTemplates(t *testing.T) {
	values := map[string]string{"password": "hunter2", "number": "12"}
	cases := map[string]string{
		"one\n{{ .password | mustToDate \"2006\" }}":                    `fails in line 2: function mustToDate gives an error`,
		`{{ fail .password }}`:                                          `fails in line 1: function fail gives an error`,
		`{{ index .password 99 }}`:                                      `fails in line 1: function index gives an error`,
		`{{ .password.deep }}`:                                          `fails in line 1: there is no field deep in it`,
		`{{ b64enc }}`:                                                  `fails in line 1: the number of arguments of b64enc is wrong`,
		`{{ range .password }}{{ end }}`:                                `fails in line 1: it ranges over what is no list`,
		`{{ template "other" . }}`:                                      `fails in line 1: it calls a template that is not there`,
		`{{ repeat .password "x" }}`:                                    `fails in line 1: an argument is of the wrong type`,
		`{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}`: `fails in line 1: its templates call one another without end`,
		"\n\n{{ nothing }}":                                             `is no template, line 3: function "nothing" not defined`,
		`{{ env "HOME" }}`:                                              `is no template, line 1: function "env" not defined`,
		`{{ expandenv "$HOME" }}`:                                       `is no template, line 1: function "expandenv" not defined`,
		`{{ getHostByName "a.b" }}`:                                     `is no template, line 1: function "getHostByName" not defined`,
		`{{ _clock }}`:                                                  `is no template, line 1: function "_clock" not defined`,
		`{{ "hunter2" | nothing }}{{ hunter2 }}`:                        `is no template, line 1: function "nothing" not defined`,
		`{{ hunter2 }}`:                                                 `is no template`,
	}
	for source, expected := range cases {
		_, err := secretOf(map[string]string{"url": source}, values, time.Minute)
		var f *failure
		if !errors.As(err, &f) || f.Kind != "secretTemplate" || f.Message != `the template of key "url" `+expected {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestEveryFaultyTemplateIsNamed(t *testing.T) {
	_, err := secretOf(map[string]string{"b": "{{", "a": `{{ fail "x" }}`, "c": "fine"}, nil, time.Minute)
	if err == nil || !strings.Contains(err.Error(), `key "a"`) || !strings.Contains(err.Error(), `; the template of key "b"`) {
		t.Fatal(err)
	}
}

// Whatever function meets whatever it was not made for: what it says of its arguments goes nowhere.
func TestFaultsHaveNoValuesInThem(t *testing.T) {
	const plaintext = "s3cr3t-Pl4int3xt"
	values := map[string]string{
		"password": plaintext,
		"json":     `{"` + plaintext + `": [}`,
		"list":     plaintext + "," + plaintext,
		"error":    ": error calling " + plaintext + ": ",
		"field":    ": can't evaluate field " + plaintext + " in type x",
	}
	names := []string{"index", "slice", "call", "len", "eq", "lt", "not"}
	for name := range clock(time.Now().Add(time.Hour)).functions() {
		// Those that make keys take seconds.
		if !strings.HasPrefix(name, "gen") && name != "derivePassword" {
			names = append(names, name)
		}
	}
	shapes := []string{
		"{{ %s . }}", "{{ %s .password }}", "{{ .json | %s }}", "{{ %s .error .password }}", "{{ %s .field 1 .password }}", "{{ %s 7 .password }}",
		`{{ %s "a" . .password }}`, "{{ (%s .password .list).field }}", "{{ range %s .password }}{{ .x }}{{ end }}", "{{ %s (list .password) .error }}",
		"{{ (%s .).password.x }}", "{{ %s (dict .password .) .field }}", "{{ %s .password .password .password .password .password }}",
	}
	faults := 0
	for _, name := range names {
		for _, shape := range shapes {
			_, err := secretOf(map[string]string{"url": fmt.Sprintf(shape, name)}, values, time.Minute)
			if err == nil {
				continue
			}
			faults++
			if said := strings.ToLower(err.Error()); strings.Contains(said, "s3cr3t") || strings.Contains(said, "pl4int3xt") {
				t.Errorf(shape+": %s", name, said)
			}
		}
	}
	if faults < 1000 {
		t.Errorf("only %d templates failed", faults)
	}
}

func TestSecretTemplatesEnd(t *testing.T) {
	cases := map[string]error{
		`{{ range 1000000000000 }}{{ end }}`:                                              errTooSlow,
		`{{ range 1000000000000 }}{{ if true }}{{ range 10 }}{{ end }}{{ end }}{{ end }}`: errTooSlow,
		`{{ range 1000000000000 }}{{ genPrivateKey "ecdsa" | len }}{{ end }}`:             errTooSlow,
		strings.Repeat(`{{ genPrivateKey "ecdsa" | len }}`, 100_000):                      errTooSlow,
		`{{ define "a" }}{{ if . }}{{ template "a" (substr 1 60 .) }}{{ template "a" (substr 1 60 .) }}{{ end }}{{ end }}{{ template "a" "` +
			strings.Repeat("x", 60) + `" }}`: errTooSlow,
		`{{ repeat 1000000000 "x" }}`:                                      errTooMuch,
		`{{ repeat 2000000 "x" }}`:                                         errTooMuch,
		`{{ untilStep 0 1000000000 1 }}`:                                   errTooMuch,
		`{{ seq 1 1000000000 }}`:                                           errTooMuch,
		`{{ randBytes 1000000000 }}`:                                       errTooMuch,
		`{{ $x := "x" }}{{ range 40 }}{{ $x = print $x $x }}{{ end }}`:     errTooMuch,
		`{{ $x := list 1 }}{{ range 40 }}{{ $x = concat $x $x }}{{ end }}`: errTooMuch,
		`{{ repeat 1000000 "x" }}{{ repeat 1000000 "x" }}`:                 errTooLong,
	}
	for source, expected := range cases {
		_, err := secretOf(map[string]string{"url": source}, nil, 300*time.Millisecond)
		if err == nil || !strings.HasSuffix(err.Error(), expected.Error()) {
			t.Errorf("%.60s: %v", source, err)
		}
	}
}

func TestBoundFunctionsAreWhatTheyWere(t *testing.T) {
	source := `{{ printf "%s-%d %v" "a" 1 (list "b") }}{{ print "a" 1 2 }}{{ html "<" }}{{ list 1 2 | join "," }}{{ default "x" "" }}{{ dict "a" nil }}{{ ternary 1 2 true }}`
	var expected, got strings.Builder
	if err := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse(source)).Execute(&expected, nil); err != nil {
		t.Fatal(err)
	}
	bounded := clock(time.Now().Add(time.Hour)).functions()
	if err := template.Must(template.New("").Funcs(bounded).Parse(source)).Execute(&got, nil); err != nil || got.String() != expected.String() {
		t.Fatalf("%q, not %q: %v", got.String(), expected.String(), err)
	}
}
