package audit

import "strings"

// column is what a column of an inventory holds.
type column int

const (
	colNone column = iota
	colHost
	colProduct
	colVersion
	colOwner
	colIP
	colName      // the host beside a product column, else the product
	colComponent // the product, on the host that printed it
	colExchange  // the version of Exchange
	colForeign   // what no inventory holds
)

// columnNames are the headers that inventories use, without case, spaces and
// punctuation. SCCM's views end each name in a zero; that is taken off.
var columnNames = map[string]column{
	"host": colHost, "hostname": colHost, "computer": colHost, "computername": colHost, "pscomputername": colHost,
	"machine": colHost, "machinename": colHost, "server": colHost, "servername": colHost, "device": colHost,
	"devicename": colHost, "netbiosname": colHost, "fqdn": colHost, "dnshostname": colHost, "asset": colHost,
	"assetname": colHost, "systemname": colHost, "node": colHost, "csname": colHost, "endpointname": colHost,
	"computerfqdn": colHost, "hostfqdn": colHost,

	"product": colProduct, "productname": colProduct, "software": colProduct, "softwarename": colProduct,
	"displayname": colProduct, "application": colProduct, "applicationname": colProduct, "app": colProduct,
	"program": colProduct, "package": colProduct, "packagename": colProduct, "os": colProduct,
	"operatingsystem": colProduct, "osname": colProduct, "arpdisplayname": colProduct, "normalizedname": colProduct,
	"softwareproductname": colProduct, "caption": colProduct,

	"version": colVersion, "productversion": colVersion, "softwareversion": colVersion, "displayversion": colVersion,
	"build": colVersion, "buildnumber": colVersion, "operatingsystemversion": colVersion, "osversion": colVersion,
	"applicationversion": colVersion, "packageversion": colVersion, "fileversion": colVersion,
	"arpdisplayversion": colVersion, "normalizedversion": colVersion, "appversion": colVersion,

	"owner": colOwner, "contact": colOwner, "responsible": colOwner, "managedby": colOwner, "team": colOwner,
	"owneremail": colOwner, "contactemail": colOwner, "primaryuser": colOwner, "primaryuserupn": colOwner,
	"userprincipalname": colOwner, "primaryuseremailaddress": colOwner, "assignedto": colOwner,

	"ip": colIP, "ipaddress": colIP, "ipaddresses": colIP, "ipv4": colIP, "ipv4address": colIP,

	"name": colName, "componentname": colComponent, "admindisplayversion": colExchange,

	// Logs, scan results and certificate lists can name hosts and software too.
	"time": colForeign, "date": colForeign, "timestamp": colForeign, "datetime": colForeign, "port": colForeign,
	"protocol": colForeign, "cipher": colForeign, "tlsversion": colForeign, "severity": colForeign, "risk": colForeign,
	"finding": colForeign, "cve": colForeign, "status": colForeign, "useragent": colForeign, "count": colForeign,
}

// columns says where in a row each column is; -1 is nowhere.
type columns struct {
	delim                             byte
	width                             int
	host, product, version, owner, ip int
	exchange                          bool // the product is Exchange, and the version its
}

// delimiters that inventories use, the most certain first: a comma is also
// part of names.
var delimiters = []byte{'\t', ';', '|', ','}

// inventoryHeader reads a header line. A file counts as an inventory only if
// both a host and a product column are there, so that other tables are not
// taken for one.
func inventoryHeader(text []byte) (columns, bool) {
	for _, d := range delimiters {
		fields, ok := splitRow(text, d)
		if !ok || len(fields) < 2 {
			continue
		}
		if c, ok := findColumns(fields); ok {
			c.delim = d
			return c, true
		}
	}
	return columns{}, false
}

// findColumns gives every column to the first header that claims it. It fails
// if nothing tells the host or the product.
func findColumns(fields []string) (columns, bool) {
	at := map[column]int{}
	zeros := 0
	for i, f := range fields {
		kind := columnNames[plainHeader(f)]
		if _, taken := at[kind]; !taken {
			at[kind] = i
		}
		if kind != colNone && strings.HasSuffix(f, "0") {
			zeros++
		}
	}
	_, exchange := at[colExchange]
	if _, ok := at[colForeign]; ok && !exchange && zeros < 2 { // views of SCCM have a TimeStamp, too
		return columns{}, false
	}
	shareNames(at, len(fields))
	index := func(c column) int {
		if i, ok := at[c]; ok {
			return i
		}
		return -1
	}
	c := columns{
		width: len(fields), host: index(colHost), product: index(colProduct),
		version: index(colVersion), owner: index(colOwner), ip: index(colIP),
	}
	if exchange {
		c.exchange, c.product, c.version = true, index(colExchange), index(colExchange)
	}
	_, component := at[colComponent]
	return c, c.product >= 0 && (c.host >= 0 || component)
}

// shareNames gives the columns that can be two things to what is missing.
func shareNames(at map[column]int, width int) {
	_, version := at[colVersion]
	_, host := at[colHost]
	_, product := at[colProduct]
	_, exchange := at[colExchange]
	if name, ok := at[colName]; ok {
		switch {
		case !host && (product || exchange):
			at[colHost] = name
		case host && !product && version:
			at[colProduct] = name
		}
	}
	// Get-CsServerPatchVersion prints these two and nothing else.
	if part, ok := at[colComponent]; ok && version && width == 2 {
		at[colProduct] = part
	} else {
		delete(at, colComponent)
	}
}

func plainHeader(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.\ufeff\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
	return strings.TrimSuffix(s, "0")
}
