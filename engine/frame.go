package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxFrame bounds what one frame may hold, so that a broken peer cannot make us allocate without end.
const maxFrame = 512 << 20

// header is the JSON part of a frame. Which fields are set says what the frame is: a call has Op, its end has Result or
// Error; a question the engine asks while a call runs has Ask and Op, its answer has Answer.
type header struct {
	ID     uint64          `json:"id,omitempty"`
	Ask    uint64          `json:"ask,omitempty"`
	Answer uint64          `json:"answer,omitempty"`
	Op     string          `json:"op,omitempty"`
	Args   json.RawMessage `json:"args,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *failure        `json:"error,omitempty"`
	// Sizes of the binary segments that follow the header.
	Sizes []int `json:"sizes,omitempty"`
}

// failure is an error that travels: a kind the client knows and a message for people.
type failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

func (f *failure) Error() string { return f.Message }

type frame struct {
	header
	segments [][]byte
}

// A frame is: length of all that follows, length of the header (both 32 bit, big endian), header, segments.
func readFrame(in io.Reader) (*frame, error) {
	var lengths [8]byte
	if _, err := io.ReadFull(in, lengths[:]); err != nil {
		return nil, err
	}
	total := int(binary.BigEndian.Uint32(lengths[:4]))
	head := int(binary.BigEndian.Uint32(lengths[4:]))
	if total < 4 || total > maxFrame || head > total-4 {
		return nil, fmt.Errorf("bad frame: %d bytes with a header of %d", total, head)
	}
	rest := make([]byte, total-4)
	if _, err := io.ReadFull(in, rest); err != nil {
		return nil, err
	}
	f := &frame{}
	if err := json.Unmarshal(rest[:head], &f.header); err != nil {
		return nil, fmt.Errorf("bad frame header: %w", err)
	}
	body := rest[head:]
	for _, size := range f.Sizes {
		if size < 0 || size > len(body) {
			return nil, errors.New("bad frame: a segment is longer than the frame")
		}
		f.segments = append(f.segments, body[:size:size])
		body = body[size:]
	}
	return f, nil
}

func writeFrame(out io.Writer, f *frame) error {
	f.Sizes = make([]int, len(f.segments))
	body := 0
	for i, segment := range f.segments {
		f.Sizes[i] = len(segment)
		body += len(segment)
	}
	head, err := json.Marshal(&f.header)
	if err != nil {
		return err
	}
	total := 4 + len(head) + body
	if total > maxFrame {
		return fmt.Errorf("frame of %d bytes is too large", total)
	}
	message := make([]byte, 8, 4+total)
	binary.BigEndian.PutUint32(message[:4], uint32(total))
	binary.BigEndian.PutUint32(message[4:], uint32(len(head)))
	message = append(message, head...)
	for _, segment := range f.segments {
		message = append(message, segment...)
	}
	_, err = out.Write(message)
	return err
}
