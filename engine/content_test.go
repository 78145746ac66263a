package main

import "testing"

func TestTheLeastRecentlyUsedGoesFirst(t *testing.T) {
	cache := newContentCache(10)
	cache.put("a", 1, 4)
	cache.put("b", 2, 4)
	cache.get("a")
	cache.put("c", 3, 4)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if _, ok := cache.get(key); ok != want {
			t.Errorf("%s: %v", key, ok)
		}
	}
	if cache.size != 8 {
		t.Errorf("size %d", cache.size)
	}
}

func TestOneThatIsTooLargeIsKeptAlone(t *testing.T) {
	cache := newContentCache(10)
	cache.put("a", 1, 4)
	cache.put("b", 2, 40)
	if _, ok := cache.get("b"); !ok || cache.order.Len() != 1 {
		t.Error("what was just put is gone, or too much is kept")
	}
}
