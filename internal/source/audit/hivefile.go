package audit

import (
	"context"
	"errors"
	"io"
)

// maxHive is how much of a hive is read into memory. Files are read where
// they are and have no bound.
const maxHive = 512 << 20

// readerAt gives random access to r: r itself if it can do that, else a copy
// in memory. It starts at the place where r stands. cut says that r goes on.
func readerAt(ctx context.Context, r io.Reader) (at io.ReaderAt, size int64, cut bool, err error) {
	if s, ok := randomAccess(r); ok {
		return s, s.Size(), false, nil
	}
	p := &pages{}
	cut, err = p.fill(ctx, r, maxHive)
	return p, p.size, cut, err
}

// randomAccess gives r from the place where it stands, if it is a file or
// something like it.
func randomAccess(r io.Reader) (*io.SectionReader, bool) {
	s, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, false
	}
	here, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, false
	}
	end, err := s.Seek(0, io.SeekEnd)
	if err != nil || end < here {
		return nil, false
	}
	_, err = s.Seek(here, io.SeekStart)
	return io.NewSectionReader(s, here, end-here), err == nil
}

// isHiveFile reports whether r is a hive that can be read where it is. Kind,
// if given, decides.
func isHiveFile(r io.Reader, kind string) bool {
	s, ok := randomAccess(r)
	if !ok || kind != "" && kind != KindHive {
		return false
	}
	head := make([]byte, 64)
	n, _ := s.ReadAt(head, 0)
	return kind == KindHive || isHive(head[:n])
}

const pageSize = 1 << 20

// pages is a file in memory, in pieces, so that it need not be copied to grow.
type pages struct {
	list [][]byte
	size int64
}

// fill reads r to its end or the limit.
func (p *pages) fill(ctx context.Context, r io.Reader, limit int64) (cut bool, err error) {
	for p.size < limit {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		page := make([]byte, pageSize)
		n, err := io.ReadFull(r, page)
		p.list, p.size = append(p.list, page[:n]), p.size+int64(n)
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	n, err := r.Read(make([]byte, 1))
	if err == io.EOF {
		err = nil
	}
	return n > 0, err
}

// ReadAt implements io.ReaderAt.
func (p *pages) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		i := off / pageSize
		if off < 0 || i >= int64(len(p.list)) || off%pageSize >= int64(len(p.list[i])) {
			return n, io.EOF
		}
		done := copy(b[n:], p.list[i][off%pageSize:])
		n, off = n+done, off+int64(done)
	}
	return n, nil
}
