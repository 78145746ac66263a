package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"sync"
)

// A release changes its status several times, and its chart, most of its bytes, never. So we write Helm's gzip'd JSON
// as three deflated pieces in a row: head (what changes), chart, and the rest. Each piece begins with an empty window,
// so that it can be kept, or replaced, without the others. To everybody else it is an ordinary gzip file; we find the
// pieces again by an extra field of its header.

// piece is deflated text that can stand anywhere in a gzip file.
type piece struct {
	deflated []byte
	crc      uint32
	size     int
}

// deflaters are kept by level: a new one takes a megabyte.
var deflaters [flate.BestCompression + 1]sync.Pool

// Levels of compression: what is kept is worth the time, what changes is not.
const (
	keptLevel     = flate.BestCompression
	changingLevel = 6
)

// deflate makes a piece. Only the last one of a file ends its stream.
func deflate(text []byte, level int, last bool) (piece, error) {
	var out bytes.Buffer
	writers := &deflaters[level]
	writer, known := writers.Get().(*flate.Writer)
	if known {
		writer.Reset(&out)
	} else {
		var err error
		if writer, err = flate.NewWriter(&out, level); err != nil {
			return piece{}, err
		}
	}
	defer writers.Put(writer)
	if _, err := writer.Write(text); err != nil {
		return piece{}, err
	}
	end := writer.Flush
	if last {
		end = writer.Close
	}
	if err := end(); err != nil {
		return piece{}, err
	}
	return piece{deflated: out.Bytes(), crc: crc32.ChecksumIEEE(text), size: len(text)}, nil
}

func concatenate(a, b piece) piece {
	return piece{
		deflated: append(a.deflated[:len(a.deflated):len(a.deflated)], b.deflated...),
		crc:      combineCRC(a.crc, b.crc, b.size),
		size:     a.size + b.size,
	}
}

// extraID marks our field among the extra fields of a gzip header.
const extraID = "FL"

// gzipHeader has no name, no time, and an extra field of 16 bytes.
var gzipHeader = []byte{0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 2, 255, 20, 0, extraID[0], extraID[1], 16, 0}

const extraSize = 16

// join writes head and tail as one gzip file, and where the head ends.
func joinPieces(head, tail piece) []byte {
	whole := concatenate(head, tail)
	out := make([]byte, 0, len(gzipHeader)+extraSize+len(whole.deflated)+8)
	out = append(out, gzipHeader...)
	for _, number := range []uint32{uint32(len(head.deflated)), uint32(head.size), tail.crc, uint32(tail.size)} {
		out = binary.LittleEndian.AppendUint32(out, number)
	}
	out = append(out, whole.deflated...)
	out = binary.LittleEndian.AppendUint32(out, whole.crc)
	return binary.LittleEndian.AppendUint32(out, uint32(whole.size))
}

// splitPieces finds head (its text) and tail of a file that joinPieces wrote. It says false for any other file.
func splitPieces(file []byte) (text []byte, tail piece, ours bool) {
	start := len(gzipHeader) + extraSize
	if len(file) < start+8 || !bytes.HasPrefix(file, gzipHeader) {
		return nil, piece{}, false
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint32(file[len(gzipHeader)+4*i:])) }
	end := len(file) - 8
	if number(0) > end-start || number(1) > maxRelease {
		return nil, piece{}, false
	}
	text = make([]byte, number(1))
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(file[start:start+number(0)])), text); err != nil {
		return nil, piece{}, false
	}
	tail = piece{deflated: file[start+number(0) : end], crc: uint32(number(2)), size: number(3)}
	// Somebody may have kept our header and changed what follows.
	whole := combineCRC(crc32.ChecksumIEEE(text), tail.crc, tail.size)
	return text, tail, whole == binary.LittleEndian.Uint32(file[end:]) && uint32(len(text)+tail.size) == binary.LittleEndian.Uint32(file[end+4:])
}

// packHead deflates what changes about a release: an open JSON object, which the tail closes.
func packHead(head releaseHead) (piece, error) {
	text, err := json.Marshal(head)
	if err != nil {
		return piece{}, err
	}
	text[len(text)-1] = ','
	return deflate(text, changingLevel, false)
}

// packTail deflates what never changes. Releases of one chart share its piece.
func packTail(cache *contentCache, chart, config json.RawMessage, manifest string) (piece, error) {
	first, err := chartPiece(cache, chart)
	if err != nil {
		return piece{}, err
	}
	rest, err := json.Marshal(struct {
		Config   json.RawMessage `json:"config,omitempty"`
		Manifest string          `json:"manifest"`
	}{config, manifest})
	if err != nil {
		return piece{}, err
	}
	second, err := deflate(rest[1:], changingLevel, true)
	if err != nil {
		return piece{}, err
	}
	return concatenate(first, second), nil
}

func chartPiece(cache *contentCache, chart json.RawMessage) (piece, error) {
	if len(chart) == 0 {
		chart = json.RawMessage("null")
	}
	sum := sha256.Sum256(chart)
	key := "chart " + string(sum[:])
	if known, ok := cache.get(key); ok {
		return known.(piece), nil
	}
	text := append(append([]byte(`"chart":`), chart...), ',')
	made, err := deflate(text, keptLevel, false)
	if err == nil {
		cache.put(key, made, len(made.deflated)+128)
	}
	return made, err
}

// unpack reads a release as Helm does, whoever wrote it.
func unpack(data []byte, into any) error {
	// Helm did not always compress.
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b, 0x08}) {
		reader, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return err
		}
		if data, err = io.ReadAll(io.LimitReader(reader, maxRelease+1)); err != nil {
			return err
		}
		if len(data) > maxRelease {
			return errors.New("it is too large")
		}
	}
	return json.Unmarshal(data, into)
}
