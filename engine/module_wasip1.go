package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"unsafe"
)

// module is the engine as a WebAssembly module, which has one thread: a read that waits would stop the calls at work. So
// the host reads, and hands over what has come.
var module = sync.OnceValue(func() *server {
	prepare()
	return newServer(os.Stdout, operations)
})

var (
	handed  []byte
	pending bytes.Buffer
)

// room is where the host puts its next bytes, until it calls take.
//
//go:wasmexport room
func room(size uint32) unsafe.Pointer {
	handed = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(handed))
}

// take reads what the host put into room, and returns when all calls it started have ended or ask for something. Frames
// may come in pieces.
//
//go:wasmexport take
func take() {
	pending.Write(handed)
	handed = nil
	for {
		f, err := nextFrame(&pending)
		if err != nil {
			_, _ = os.Stderr.WriteString("fairlead-engine: " + err.Error() + "\n")
			os.Exit(1)
		}
		if f == nil {
			break
		}
		module().take(f)
	}
	module().busy.Wait()
}

// nextFrame cuts a whole frame off, or gives nil where there is none yet.
func nextFrame(pending *bytes.Buffer) (*frame, error) {
	whole := bytes.NewReader(pending.Bytes())
	f, err := readFrame(whole)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil
	}
	if err == nil {
		pending.Next(pending.Len() - whole.Len())
	}
	return f, err
}

// forbidFiles has nothing to do: the host opens no folder to the module, which knows no other files.
func forbidFiles() {}
