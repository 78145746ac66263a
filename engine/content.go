package main

import (
	"container/list"
	"encoding/json"
	"fmt"
	"sync"
)

// contentCacheBytes bounds the files kept between calls.
const contentCacheBytes = 48 << 20

// contentFile is a file of a content: path and digest of its bytes.
type contentFile struct {
	Path   string `json:"path"`
	Digest string `json:"digest"`
}

// contentCache keeps listings and bytes by digest, least recently used first to go.
type contentCache struct {
	mutex   sync.Mutex
	limit   int
	size    int
	order   *list.List
	entries map[string]*list.Element
}

type cached struct {
	key   string
	size  int
	value any
}

func newContentCache(limit int) *contentCache {
	return &contentCache{limit: limit, order: list.New(), entries: map[string]*list.Element{}}
}

func (c *contentCache) get(key string) (any, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*cached).value, true
}

func (c *contentCache) put(key string, value any, size int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, ok := c.entries[key]; ok {
		return
	}
	c.entries[key] = c.order.PushFront(&cached{key: key, size: size, value: value})
	c.size += size
	for c.size > c.limit && c.order.Len() > 1 {
		oldest := c.order.Back()
		entry := c.order.Remove(oldest).(*cached)
		delete(c.entries, entry.key)
		c.size -= entry.size
	}
}

// files lists a content: from the cache, or from the client.
func (c *call) files(content string) ([]contentFile, error) {
	key := "files " + content
	if known, ok := c.server.contents.get(key); ok {
		return known.([]contentFile), nil
	}
	answer, err := c.ask("files", map[string]string{"content": content})
	if err != nil {
		return nil, err
	}
	var files []contentFile
	if err := json.Unmarshal(answer.Result, &files); err != nil {
		return nil, err
	}
	size := 0
	for _, file := range files {
		size += len(file.Path) + len(file.Digest) + 64
	}
	c.server.contents.put(key, files, size)
	return files, nil
}

// read gives the bytes of files of a content, asking the client for those it does not have, all at once.
// They are shared between calls: nobody may write into them.
func (c *call) read(content string, files []contentFile) ([][]byte, error) {
	all := make([][]byte, len(files))
	var missing []string
	var places []int
	for i, file := range files {
		if known, ok := c.server.contents.get(file.Digest); ok {
			all[i] = known.([]byte)
		} else {
			missing = append(missing, file.Digest)
			places = append(places, i)
		}
	}
	if len(missing) == 0 {
		return all, nil
	}
	answer, err := c.ask("content", map[string]any{"content": content, "digests": missing})
	if err != nil {
		return nil, err
	}
	if len(answer.segments) != len(missing) {
		return nil, fmt.Errorf("asked for %d files, got %d", len(missing), len(answer.segments))
	}
	for i, place := range places {
		// A copy of its own: a slice would keep the whole frame alive.
		data := append(make([]byte, 0, len(answer.segments[i])), answer.segments[i]...)
		all[place] = data
		c.server.contents.put(missing[i], data, len(data)+64)
	}
	return all, nil
}
