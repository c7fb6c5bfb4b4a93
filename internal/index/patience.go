package index

import "context"

// patience is a context that ends askTimeout after somebody began to wait for
// it. Most questions find the store idle and wait for nothing: those are
// spared the timer. It is for one goroutine.
type patience struct {
	context.Context
	bounded context.Context
	cancel  context.CancelFunc
}

func (p *patience) Done() <-chan struct{} {
	if p.bounded == nil {
		p.bounded, p.cancel = context.WithTimeout(p.Context, askTimeout)
	}
	return p.bounded.Done()
}

func (p *patience) Err() error {
	if p.bounded == nil {
		return p.Context.Err()
	}
	return p.bounded.Err()
}

// Value is the bounded context's, so that its cause is found.
func (p *patience) Value(key any) any {
	if p.bounded == nil {
		return p.Context.Value(key)
	}
	return p.bounded.Value(key)
}

func (p *patience) end() {
	if p.cancel != nil {
		p.cancel()
	}
}
