//go:build !windows

package audit

import (
	"context"
	"errors"

	"github.com/tlsready/tlsready/evidence"
)

func runLive(context.Context, Options, evidence.Emit) error {
	return errors.New("this machine has no Windows registry: give a .reg export or the hives SYSTEM and SOFTWARE of the machine in question")
}
