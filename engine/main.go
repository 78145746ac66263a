// The engine runs the Go ecosystem's own code for the program around it: Helm, Kustomize, their YAML, Flux's
// substitution. It is pure: no network, no files, the same answer to the same request. It speaks over its standard
// input and output and ends when its input does.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

func main() {
	prepare()
	if err := newServer(os.Stdout, operations).serve(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "fairlead-engine:", err)
		os.Exit(1)
	}
}

func prepare() {
	limitMemory()
	closeWorld()
	// What people's templates recurse into should end in an error, not in gigabytes of stack.
	debug.SetMaxStack(256 << 20)
}

var operations = map[string]operation{
	"parse":           parse,
	"build":           build,
	"inspect":         inspect,
	"render":          render,
	"encodeRelease":   encodeRelease,
	"editRelease":     editRelease,
	"decodeRelease":   decodeRelease,
	"recordOf":        recordOf,
	"mergeValues":     mergeValues,
	"configDigest":    configDigest,
	"substitute":      substitute,
	"commitMessage":   commitMessage,
	"secretTemplates": secretTemplates,
}
