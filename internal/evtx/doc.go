// Package evtx reads Windows event logs (EVTX) in one pass, within bounds,
// and gives each event as a small tree of XML.
//
// Logs that are copied from a running machine are dirty and often damaged:
// headers lag behind, pages are zero, the end is missing. Reading never stops
// there. What cannot be read is an [ErrDamage], and the next record that is
// sound follows it; records that are only remains of older events, behind the
// end of their chunk, are left alone.
//
// The format is that of the EVTX documentation of the libyal project
// (libevtx, "Windows XML Event Log"), and of [MS-EVEN6] section 2.2.12 for
// binary XML, held against recorded logs.
package evtx
