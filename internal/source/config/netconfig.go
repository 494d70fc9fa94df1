package config

import (
	"strings"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/internal/lazyregexp"
	"github.com/tlsready/tlsready/knowledge"
	"github.com/tlsready/tlsready/tlswire"
)

// netConfig is the XML that a .NET Framework program is run with: web.config,
// app.config, NAME.exe.config, machine.config.
var netConfig = Dialect{
	Name: "net-config", Product: ".NET Framework configuration", Rule: "net-config-tls", Fact: "win.dotnet.keys",
	names: []string{"web.config", "app.config", "*.exe.config", "*.dll.config", "machine.config", "*.config"},
	shape: shape{whole: func(text string, named bool) bool {
		return strings.HasPrefix(strings.TrimSpace(text), "<") && strings.Contains(text, "<configuration") && netMark.MatchString(text)
	}},
	read: readNetConfig,
}

var netMark = lazyregexp.New(`(?i)DontEnableSchUseStrongCrypto|DontEnableSystemDefaultTlsVersions|DisableUsingServicePointManagerSecurityProtocols|\stargetFramework\s*=\s*"|<supportedRuntime\s|\ssslProtocols\s*=\s*"|"[\w.:]*(?:SecurityProtocol|SslProtocols?|TlsVersion)s?"`)

// netFile is what one file says in sum.
type netFile struct {
	target   *knowledge.DotNetDefault
	targetAt pos
	named    string
	weak     *netSwitch // DontEnableSchUseStrongCrypto
	own      *netSwitch // DontEnableSystemDefaultTlsVersions
}

// netSwitch is a switch of AppContext.
type netSwitch struct {
	name string
	on   bool
	at   pos
}

const (
	weakSwitch  = "Switch.System.Net.DontEnableSchUseStrongCrypto"
	ownSwitch   = "Switch.System.Net.DontEnableSystemDefaultTlsVersions"
	wcfMessage  = "Switch.System.ServiceModel.DisableUsingServicePointManagerSecurityProtocols"
	wcfOwn      = "Switch.System.ServiceModel.DontEnableSystemDefaultTlsVersions"
	switchFacts = "win.dotnet.appcontext."
)

func readNetConfig(j *job, f *file) {
	var n netFile
	n.read(j, f)
	n.judge(j)
	j.blind("the program itself may name versions, and the registry may turn .NET's defaults over")
}

// read looks at every element; sections that stand in files of their own are
// followed.
func (n *netFile) read(j *job, f *file) {
	f.xmlTree(j).each(func(el *xmlNode) {
		at := f.at(el.line)
		other := el.attr("configSource")
		if strings.EqualFold(el.name, "appSettings") && other == "" {
			other = el.attr("file")
		}
		if other != "" {
			other = strings.ReplaceAll(other, `\`, "/")
			j.follow(at, dirOf(f), other, f.depth, el.attr("file") != "", func(in *file) { n.read(j, in) })
		}
		switch strings.ToLower(el.name) {
		case "appcontextswitchoverrides":
			for _, s := range strings.Split(el.attr("value"), ";") {
				name, value, _ := strings.Cut(s, "=")
				n.set(j, at, name, value)
			}
		case "httpruntime", "compilation", "supportedruntime":
			n.built(j, at, el)
		case "transport", "sslstreamsecurity":
			n.binding(j, at, el)
		case "add":
			n.appSetting(j, at, el)
		}
	})
}

// set takes one switch; those of WCF are judged by themselves.
func (n *netFile) set(j *job, at pos, name, value string) {
	name = strings.TrimSpace(name)
	on := strings.EqualFold(strings.TrimSpace(value), "true")
	fd := finding{at: at, path: "AppContextSwitchOverrides", role: "client", value: name + "=" + strings.TrimSpace(value)}
	switch name {
	case weakSwitch:
		n.weak = &netSwitch{name, on, at}
		return
	case ownSwitch:
		n.own = &netSwitch{name, on, at}
		return
	case wcfMessage:
		fd.fact, fd.effect = switchFacts+"servicemodel.disableusingservicepointmanagersecurityprotocols", evidence.None
		if on {
			fd.effect, fd.versions, fd.note = evidence.Caps, []tlswire.Version{tlswire.TLS10}, "WCF with message security"
		}
	case wcfOwn:
		fd.fact, fd.effect = switchFacts+"servicemodel.dontenablesystemdefaulttlsversions", evidence.None
		if on {
			fd.effect, fd.versions, fd.note = evidence.Caps, []tlswire.Version{tlswire.TLS12}, "WCF over TCP that names no versions"
		}
	default:
		return
	}
	if fd.effect == evidence.None {
		fd.note = "as .NET 4.7 and later do by themselves"
	}
	j.setting(fd)
}

// built notes for which .NET the program is: of httpRuntime, else as the
// others say.
func (n *netFile) built(j *job, at pos, el *xmlNode) {
	named, sure := el.attr("targetFramework"), strings.EqualFold(el.name, "httpRuntime")
	if strings.EqualFold(el.name, "supportedRuntime") {
		named = el.attr("sku")
		if named == "" && strings.HasPrefix(el.attr("version"), "v2.") {
			named = "2.0"
		}
	}
	if named == "" || j.opt.Knowledge == nil || n.target != nil && !sure {
		return
	}
	if d, ok := j.opt.Knowledge.DotNetDefault(named); ok {
		n.target, n.targetAt, n.named = d, at, el.name+" "+named
	}
}

var netWords = vocabulary{
	"ssl3": tlswire.SSL30, "tls": tlswire.TLS10, "tls10": tlswire.TLS10, "tls11": tlswire.TLS11, "tls12": tlswire.TLS12, "tls13": tlswire.TLS13,
}

// binding is a WCF binding that names versions; None leaves them to Windows.
func (n *netFile) binding(j *job, at pos, el *xmlNode) {
	value := el.attr("sslProtocols")
	if value == "" {
		return
	}
	fd := finding{at: at, path: netBinding(el), role: "both", value: `sslProtocols="` + value + `"`, fact: "win.dotnet.wcf-sslprotocols", rule: "wcf-ssl-protocols"}
	vs, bad := netWords.list(value, "|, ")
	switch {
	case strings.EqualFold(value, "None"), strings.EqualFold(value, "SystemDefault"):
		fd.effect, fd.note = evidence.Default, "Windows decides"
	case strings.EqualFold(value, "Default"):
		fd.effect, fd.versions = evidence.Pins, []tlswire.Version{tlswire.SSL30, tlswire.TLS10}
	case bad != "":
		fd.effect, fd.note = evidence.Review, "no version that .NET knows: "+bad
	default:
		fd.effect, fd.versions = evidence.Pins, vs
	}
	j.setting(fd)
}

// netBinding names the binding that an element stands in.
func netBinding(el *xmlNode) string {
	b := el.below("binding")
	if b == nil {
		return el.name
	}
	kind := b.name
	if b.parent != nil {
		kind = b.parent.name
	}
	return strings.TrimSpace(kind + " " + b.attr("name"))
}

var netSetting = lazyregexp.New(`(?i)(?:SecurityProtocol(?:Type)?|SslProtocols?|TlsVersion)s?$`)

// appSetting is a value that a program reads for itself, or a switch: ASP.NET
// takes those from here.
func (n *netFile) appSetting(j *job, at pos, el *xmlNode) {
	key, value := el.attr("key"), el.attr("value")
	if name, ok := strings.CutPrefix(key, "AppContext.SetSwitch:"); ok {
		n.set(j, at, name, value)
		return
	}
	if vs, bad := netWords.list(strings.ReplaceAll(value, "SecurityProtocolType.", ""), "|,; "); netSetting.MatchString(key) && bad == "" && len(vs) > 0 {
		j.setting(finding{
			at: at, path: "appSettings", role: "client", value: key + "=" + value,
			effect: evidence.Review, note: "names versions; what it does the program decides",
		})
	}
}

// judge joins the target with the switches, as .NET does: whether Windows
// decides comes first, then strong cryptography.
func (n *netFile) judge(j *job) {
	n.report(j, n.weak, "net.dontenableschusestrongcrypto")
	n.report(j, n.own, "net.dontenablesystemdefaulttlsversions")
	if n.target == nil || n.weak != nil || n.own != nil {
		return
	}
	fd := finding{at: n.targetAt, path: "target", role: "client", value: n.named, effect: evidence.Default, fact: n.target.ID, rule: "net-framework-target", versions: n.target.HTTP}
	fd.note = "where neither the program nor the registry sets more"
	if n.target.SystemDefault {
		fd.versions, fd.note = nil, "Windows decides"
	}
	j.setting(fd)
}

// report judges a switch. Which of the two decides depends on what the target
// has on by itself.
func (n *netFile) report(j *job, s *netSwitch, fact string) {
	if s == nil {
		return
	}
	value := "false"
	if s.on {
		value = "true"
	}
	fd := finding{at: s.at, path: "AppContextSwitchOverrides", role: "client", value: s.name + "=" + value, fact: switchFacts + fact}
	vs, windows, known := n.offers(j)
	switch {
	case !s.on:
		fd.effect, fd.note = evidence.None, "as newer targets do by themselves"
	case !known:
		fd.effect, fd.note = evidence.Review, "what it does depends on the .NET that the program is built for, which is not told here"
	case windows:
		fd.effect, fd.note = evidence.None, "Windows decides"
	default:
		fd.effect, fd.versions = evidence.Pins, vs
	}
	j.setting(fd)
}

// offers are the versions that the program asks for; known is false where the
// target is needed and not told.
func (n *netFile) offers(j *job) (vs []tlswire.Version, windows, known bool) {
	if n.target == nil && (n.weak == nil || n.own == nil) || j.opt.Knowledge == nil {
		return nil, false, false
	}
	system, strong := false, false
	if n.target != nil {
		system, strong = n.target.SystemDefault, n.target.StrongCrypto
	}
	if n.own != nil {
		system = !n.own.on
	}
	if n.weak != nil {
		strong = !n.weak.on
	}
	if system {
		return nil, true, true
	}
	for _, d := range j.opt.Knowledge.DotNetDefaults {
		if !d.SystemDefault && d.StrongCrypto == strong {
			return d.HTTP, false, true
		}
	}
	return nil, false, false
}
