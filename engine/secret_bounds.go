package main

import (
	"errors"
	"fmt"
	"reflect"
	"text/template"
	nodes "text/template/parse"
	"time"

	"github.com/Masterminds/sprig/v3"
)

var (
	errTooSlow = errors.New("the templates compute for too long")
	errTooMuch = errors.New("a function makes more than 16 MiB")
)

// What functions make on the way may be longer than what is written in the end.
const (
	longestIntermediate = 16 << 20
	longestList         = 1 << 20
)

// makers are the functions whose result is as large as a number says.
var makers = map[string]bool{
	"repeat": true, "indent": true, "nindent": true, "until": true, "untilStep": true, "seq": true,
	"randAlpha": true, "randAlphaNum": true, "randNumeric": true, "randAscii": true, "randBytes": true,
}

// clock is when templates have to be done. Go cannot end a goroutine: what runs looks at it.
type clock time.Time

func (c clock) look() error {
	if time.Now().After(time.Time(c)) {
		return errTooSlow
	}
	return nil
}

// functions are those of the sealed-secrets controller, each with an end.
func (c clock) functions() template.FuncMap {
	all := template.FuncMap{
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
	}
	for name, function := range sprig.GenericFuncMap() {
		all[name] = function
	}
	for _, outward := range []string{"env", "expandenv", "getHostByName"} {
		delete(all, outward)
	}
	for name, function := range all {
		all[name] = c.bound(name, reflect.ValueOf(function))
	}
	return all
}

// bound is the same function, of the same type. What it panics with is an error of the template that called it.
func (c clock) bound(name string, function reflect.Value) any {
	kind := function.Type()
	call := function.Call
	if kind.IsVariadic() {
		call = function.CallSlice
	}
	return reflect.MakeFunc(kind, func(arguments []reflect.Value) []reflect.Value {
		if err := c.look(); err != nil {
			panic(err)
		}
		if makers[name] && asksTooMuch(arguments) {
			panic(errTooMuch)
		}
		results := call(arguments)
		if isTooMuch(results[0]) {
			panic(errTooMuch)
		}
		return results
	}).Interface()
}

func asksTooMuch(arguments []reflect.Value) bool {
	count, length := 0.0, 1.0
	for _, argument := range arguments {
		switch {
		case argument.CanInt():
			count = max(count, float64(argument.Int()), -float64(argument.Int()))
		case argument.Kind() == reflect.String:
			length = max(length, float64(argument.Len()))
		case argument.Kind() == reflect.Slice:
			for i := range argument.Len() {
				count = max(count, float64(argument.Index(i).Int()), -float64(argument.Index(i).Int()))
			}
		}
	}
	return count > longestList || count*length > longestIntermediate
}

func isTooMuch(result reflect.Value) bool {
	for result.Kind() == reflect.Interface {
		result = result.Elem()
	}
	switch result.Kind() {
	case reflect.String:
		return result.Len() > longestIntermediate
	case reflect.Slice, reflect.Map:
		return result.Len() > longestList
	default:
		return false
	}
}

const clockName = "_clock"

// watch makes every turn of a loop and every call of a template look at the clock.
func (c clock) watch(parsed *template.Template) {
	functions := template.FuncMap{clockName: func() (string, error) { return "", c.look() }}
	look := template.Must(template.New(clockName).Funcs(functions).Parse("{{" + clockName + "}}")).Root.Nodes[0]
	// Known from now on only, so that no template can name it.
	parsed.Funcs(functions)
	for _, each := range parsed.Templates() {
		if each.Tree != nil && each.Root != nil {
			each.Root.Nodes = append([]nodes.Node{look}, each.Root.Nodes...)
			watchLoops(each.Root, look)
		}
	}
}

func watchLoops(list *nodes.ListNode, look nodes.Node) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *nodes.RangeNode:
			n.List.Nodes = append([]nodes.Node{look}, n.List.Nodes...)
			watchLoops(n.List, look)
			watchLoops(n.ElseList, look)
		case *nodes.IfNode:
			watchLoops(n.List, look)
			watchLoops(n.ElseList, look)
		case *nodes.WithNode:
			watchLoops(n.List, look)
			watchLoops(n.ElseList, look)
		}
	}
}
