package config

// readAs reads a file as what it was told to be and, where settings of several
// programs can stand in it (a manifest with annotations and environments, a
// template of a whole estate), as those, too. A dialect that was asked for
// reads alone.
func (j *job) readAs(d *Dialect, f *file) {
	for _, also := range append([]*Dialect{d}, j.beside(d, f)...) {
		read := j.cov.Read
		j.dialect = also
		also.read(j, f)
		j.cov.Read = max(read, j.cov.Read-read) // the same lines again
	}
}

// beside are the other dialects that the file holds lines of.
func (j *job) beside(d *Dialect, f *file) []*Dialect {
	if !d.shape.beside || j.opt.Dialect != "" {
		return nil
	}
	var out []*Dialect
	for _, o := range Dialects() {
		if o != d && o.shape.beside && o.shape.fits(f.text, o.named(f.name)) {
			out = append(out, o)
		}
	}
	return out
}
