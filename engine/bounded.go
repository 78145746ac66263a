package main

import (
	"bytes"
	"errors"
)

// A commit message or a Secret that is longer is a mistake of its template.
const longestText = 1 << 20

var errTooLong = errors.New("the result is longer than 1 MiB")

// boundedText is what a template writes to, so that its output has an end.
type boundedText struct{ bytes.Buffer }

func (b *boundedText) Write(p []byte) (int, error) {
	if b.Len()+len(p) > longestText {
		return 0, errTooLong
	}
	return b.Buffer.Write(p)
}
