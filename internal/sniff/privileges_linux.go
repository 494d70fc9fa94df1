package sniff

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// nobody is whom a capture runs as that root began without sudo.
const nobody = 65534

// DropPrivileges gives up what only opening a capture needed, in all threads
// and for good: root becomes the named user, or without a name whoever called
// sudo, or else nobody; every capability goes. It says who it is then.
func DropPrivileges(name string) (string, error) {
	uid := syscall.Getuid()
	if syscall.Geteuid() == 0 {
		to, gid, err := successor(name)
		if err != nil {
			return "", err
		}
		uid = to
		if err := become(uid, gid); err != nil {
			return "", fmt.Errorf("becoming user %d: %w", uid, err)
		}
	}
	if err := dropCapabilities(); err != nil {
		return "", fmt.Errorf("giving up capabilities: %w", err)
	}
	return strconv.Itoa(uid), nil
}

// successor is whom root becomes.
func successor(name string) (uid, gid int, err error) {
	if name != "" {
		u, err := user.Lookup(name)
		if err != nil {
			return 0, 0, err
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		return uid, gid, errors.Join(err1, err2)
	}
	uid, err1 := strconv.Atoi(os.Getenv("SUDO_UID"))
	gid, err2 := strconv.Atoi(os.Getenv("SUDO_GID"))
	if err1 != nil || err2 != nil || uid <= 0 || gid <= 0 {
		return nobody, nobody, nil
	}
	return uid, gid, nil
}

// become changes all threads: the functions of syscall do, those of unix do not.
func become(uid, gid int) error {
	if err := syscall.Setgroups([]int{}); err != nil {
		return os.NewSyscallError("setgroups", err)
	}
	if err := syscall.Setresgid(gid, gid, gid); err != nil {
		return os.NewSyscallError("setresgid", err)
	}
	if err := syscall.Setresuid(uid, uid, uid); err != nil {
		return os.NewSyscallError("setresuid", err)
	}
	if uid != 0 && syscall.Setuid(0) == nil {
		return errors.New("root can be had back")
	}
	return nil
}

// dropCapabilities empties the sets of all threads, and keeps programs that
// this one might start from getting any (prctl(2), PR_SET_NO_NEW_PRIVS). A
// program with parts in C cannot reach all its threads (ENOTSUP); whoever was
// root has no capabilities by then anyway (capabilities(7)).
func dropCapabilities() error {
	_, _, e := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0)
	if e != 0 && e != unix.ENOTSUP {
		return os.NewSyscallError("no_new_privs", e)
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var have, none [2]unix.CapUserData
	if err := unix.Capget(&head, &have[0]); err != nil {
		return os.NewSyscallError("capget", err)
	}
	if have == none {
		return nil
	}
	if _, _, e := syscall.AllThreadsSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&none)), 0); e != 0 {
		return os.NewSyscallError("capset", e)
	}
	return nil
}
