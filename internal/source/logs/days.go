package logs

// dayCounts are counts by day. Nearly all days of a log lie close together;
// one with a broken clock is kept apart, and not the years between.
type dayCounts struct {
	first int32
	n     []uint64
	far   map[int32]uint64
}

// maxDays is how many days are counted side by side: eleven years.
const maxDays = 4096

func (d *dayCounts) add(day int32, n uint64) {
	if i := int(day) - int(d.first); i >= 0 && i < len(d.n) {
		d.n[i] += n
		return
	}
	d.addNew(day, n)
}

func (d *dayCounts) addNew(day int32, n uint64) {
	switch i := int(day) - int(d.first); {
	case len(d.n) == 0:
		d.first, d.n = day, append(d.n, n)
	case i >= 0 && i < maxDays:
		d.n = append(d.n, make([]uint64, i+1-len(d.n))...)
		d.n[i] += n
	case i < 0 && len(d.n)-i <= maxDays:
		d.n = append(make([]uint64, -i), d.n...)
		d.first = day
		d.n[0] += n
	default:
		if d.far == nil {
			d.far = map[int32]uint64{}
		}
		d.far[day] += n
	}
}

// all calls back with every day that has a count.
func (d *dayCounts) all(do func(day int32, n uint64)) {
	for i, n := range d.n {
		if n > 0 {
			do(d.first+int32(i), n)
		}
	}
	for day, n := range d.far {
		do(day, n)
	}
}

// dayCount counts the rows of a group on one day since 1970.
type dayCount struct {
	day int32
	n   uint32
}

// floorDay is the day of a time, before 1970 too.
func floorDay(at int64) int64 {
	if at < 0 {
		return -((daySeconds - 1 - at) / daySeconds)
	}
	return at / daySeconds
}
