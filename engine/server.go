package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
)

// reply is what an operation gives back: a JSON result and binary segments it refers to by index.
type reply struct {
	result   any
	segments [][]byte
}

// add appends a segment and returns its index.
func (r *reply) add(segment []byte) int {
	r.segments = append(r.segments, segment)
	return len(r.segments) - 1
}

type operation func(c *call, args json.RawMessage) (*reply, error)

// server reads calls, runs each in a goroutine and writes results in the order they are ready.
type server struct {
	operations map[string]operation
	contents   *contentCache
	slots      chan struct{}

	writing sync.Mutex
	out     io.Writer

	asking  sync.Mutex
	lastAsk uint64
	waiting map[uint64]chan *frame

	// busy counts the calls that compute; those that wait for an answer do not.
	busy sync.WaitGroup
}

func newServer(out io.Writer, operations map[string]operation) *server {
	return &server{
		operations: operations,
		contents:   newContentCache(contentCacheBytes),
		// More calls than this compute one after another: memory is bounded by the calls at work.
		slots:   make(chan struct{}, max(2, runtime.NumCPU())),
		out:     out,
		waiting: map[uint64]chan *frame{},
	}
}

// serve returns when the input ends.
func (s *server) serve(in io.Reader) error {
	reader := bufio.NewReaderSize(in, 256<<10)
	for {
		f, err := readFrame(reader)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		s.take(f)
	}
}

// take starts a call, or hands an answer to the call that asked for it.
func (s *server) take(f *frame) {
	if f.Answer == 0 {
		s.busy.Add(1)
		go s.run(&call{server: s, id: f.ID, segments: f.segments}, f)
		return
	}
	s.asking.Lock()
	answered := s.waiting[f.Answer]
	delete(s.waiting, f.Answer)
	s.asking.Unlock()
	if answered != nil {
		s.busy.Add(1)
		answered <- f
	}
}

func (s *server) run(c *call, f *frame) {
	defer s.busy.Done()
	s.slots <- struct{}{}
	answer, err := perform(s.operations[f.Op], c, f)
	<-s.slots
	end := &frame{header: header{ID: f.ID}}
	if err == nil {
		end.segments = answer.segments
		end.Result, err = json.Marshal(answer.result)
	}
	if err != nil {
		end = &frame{header: header{ID: f.ID, Error: asFailure(err)}}
	}
	if err := s.write(end); err != nil {
		_ = s.write(&frame{header: header{ID: f.ID, Error: asFailure(err)}})
	}
}

// perform turns a panic of the code we host into an error of the call that met it.
func perform(op operation, c *call, f *frame) (answer *reply, err error) {
	defer func() {
		if r := recover(); r != nil {
			answer, err = nil, &failure{Kind: "panic", Message: fmt.Sprintf("%v\n%s", r, debug.Stack())}
		}
	}()
	if op == nil {
		return nil, &failure{Kind: "protocol", Message: "unknown operation " + f.Op}
	}
	return op(c, f.Args)
}

func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return &failure{Kind: f.Kind, Message: err.Error()}
	}
	return &failure{Kind: "failed", Message: err.Error()}
}

func (s *server) write(f *frame) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return writeFrame(s.out, f)
}

// call is one request at work. It may ask the client for what it lacks.
type call struct {
	server   *server
	id       uint64
	segments [][]byte
}

// ask puts a question to the client and waits for its answer, leaving its slot to others meanwhile.
func (c *call) ask(op string, args any) (*frame, error) {
	encoded, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	answered := make(chan *frame, 1)
	s := c.server
	s.asking.Lock()
	s.lastAsk++
	ask := s.lastAsk
	s.waiting[ask] = answered
	s.asking.Unlock()
	if err := s.write(&frame{header: header{ID: c.id, Ask: ask, Op: op, Args: encoded}}); err != nil {
		return nil, err
	}
	<-s.slots
	s.busy.Done()
	answer := <-answered
	s.slots <- struct{}{}
	if answer.Error != nil {
		return nil, answer.Error
	}
	return answer, nil
}
