package assess

import "sync"

// keeper keeps what was found once, for all cores.
type keeper[K comparable, V any] struct {
	mu    sync.RWMutex
	found map[K]V
}

func (k *keeper[K, V]) get(key K, find func() V) V {
	k.mu.RLock()
	v, ok := k.found[key]
	k.mu.RUnlock()
	if ok {
		return v
	}
	v = find()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.found == nil {
		k.found = map[K]V{}
	}
	k.found[key] = v
	return v
}
