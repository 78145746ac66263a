package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func FuzzFrames(f *testing.F) {
	f.Add(uint64(1), "parse", []byte("a"), []byte(""))
	f.Fuzz(func(t *testing.T, id uint64, op string, first, second []byte) {
		// JSON carries what is text.
		encoded, _ := json.Marshal(op)
		_ = json.Unmarshal(encoded, &op)
		var wire bytes.Buffer
		if err := writeFrame(&wire, &frame{header: header{ID: id, Op: op}, segments: [][]byte{first, second}}); err != nil {
			t.Fatal(err)
		}
		read, err := readFrame(&wire)
		if err != nil {
			t.Fatal(err)
		}
		if read.ID != id || read.Op != op || !bytes.Equal(read.segments[0], first) || !bytes.Equal(read.segments[1], second) || wire.Len() != 0 {
			t.Errorf("%+v", read)
		}
	})
}

func TestBrokenFramesAreRefused(t *testing.T) {
	for _, wire := range [][]byte{
		{0, 0, 0, 0, 0, 0, 0, 0},
		{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0},
		{0, 0, 0, 6, 0, 0, 0, 9, '{', '}'},
		append([]byte{0, 0, 0, 17, 0, 0, 0, 13}, `{"sizes":[1]}`...),
	} {
		if _, err := readFrame(bytes.NewReader(wire)); err == nil {
			t.Errorf("%v was read", wire)
		}
	}
}
