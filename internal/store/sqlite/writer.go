package sqlite

import "fmt"

// writer is the connection while one batch has it.
type writer struct {
	*conn
	views  *lookups // beside it; nil: none
	active bool     // a transaction is open
	wrote  bool     // the call at hand has changed something
	broken error    // the transaction cannot be committed any more
}

// exec runs a statement that writes. An error that is not a constraint's may
// have cost the whole transaction (https://www.sqlite.org/lang_transaction.html
// §3), so that no call of the batch may be told that it succeeded, whatever the
// caller makes of the error.
func (w *writer) exec(query string, args ...any) (changed, id int64, err error) {
	changed, id, err = w.conn.exec(query, args...)
	if err != nil && !constrained(err) {
		w.broken = err
	}
	w.wrote = w.wrote || changed > 0
	return changed, id, err
}

// begin waits for the write lock, which another process may hold, for as long
// as busy_timeout says.
func (w *writer) begin() error {
	if _, _, err := w.conn.exec("begin immediate"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	w.active = true
	return nil
}

func (w *writer) commit() error {
	if w.views != nil {
		defer w.views.closeViews()()
	}
	if _, _, err := w.conn.exec("commit"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	w.active = false
	return nil
}

// rollback undoes what has not been committed. It fails only when SQLite has
// already done the same, as it does on a full or failing disk.
func (w *writer) rollback() {
	if w.active {
		_, _, _ = w.conn.exec("rollback")
		w.active = false
	}
}
