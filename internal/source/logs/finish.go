package logs

// reasonNoVersion is for a field that should tell the version.
const reasonNoVersion = "the field of the version holds none"

// finishText reads the cells that access logs write in the same way.
func finishText(r *row, c *clock) (state, string) {
	if t := r.cell[cellTime]; t != nil {
		at, ok := c.time(t)
		if !ok {
			return badRow, "time cannot be read"
		}
		r.at = at
	}
	return versionState(r)
}

// versionState reads the version. A dash says that there was no TLS; no field
// says nothing.
func versionState(r *row) (state, string) {
	switch v := r.cell[cellVersion]; {
	case v == nil:
		return unmeasured, ""
	case len(v) == 0, string(v) == "-":
		return plainRow, ""
	default:
		var ok bool
		if r.version, ok = versionBare(v); !ok {
			return badRow, reasonNoVersion
		}
		return tlsRow, ""
	}
}
