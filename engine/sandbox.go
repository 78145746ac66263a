package main

import (
	"net/http"
	"os"
	"runtime/debug"
	"time"
	_ "time/tzdata" // templates may format dates in any zone, and there are no files to read zones from
)

// softMemoryLimit is where the garbage collector starts to work harder. GOMEMLIMIT overrides it.
const softMemoryLimit = 256 << 20

// hardMemoryLimit is where the process dies, and is replaced, instead of taking the machine with it.
const hardMemoryLimit = 1 << 30

func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemoryLimit)
	}
	limitData(hardMemoryLimit)
}

// closedWorld is what errors say in place of the system's own words for a limit of zero files.
const closedWorld = "the engine opens no files and no connections"

type refusal struct{}

func (refusal) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &failure{Kind: "closed", Message: closedWorld}
}

// closeWorld shuts the ways by which hosted code reaches out: kustomize fetches URLs and runs git, a values schema may
// refer to URLs.
func closeWorld() {
	// The local time zone is read from a file on first use.
	_, _ = time.Now().Zone()
	http.DefaultTransport = refusal{}
	_ = os.Setenv("PATH", "")
	forbidFiles()
}
