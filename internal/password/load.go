package password

// Load returns how many passwords are being hashed and how many callers wait
// for their turn.
func (h *Hasher) Load() (busy, waiting int) { return len(h.slots.busy), len(h.slots.waiting) }
