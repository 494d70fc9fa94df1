package assess

import (
	"time"

	"github.com/tlsready/tlsready/evidence"
	"github.com/tlsready/tlsready/tlswire"
)

// Outcome is what becomes of a pair when the policy is in force.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Breaks  Outcome = "breaks"
	AtRisk  Outcome = "at_risk"
	Unknown Outcome = "unknown"
)

// Cause is the first cause why a pair breaks.
type Cause string

// The causes, in the order in which the first that fits is named.
const (
	DependsOnLegacyEndpoint    Cause = "depends_on_legacy_endpoint"
	PinnedByCode               Cause = "pinned_by_code"
	PinnedByConfig             Cause = "pinned_by_config"
	ProductPrerequisiteMissing Cause = "product_prerequisite_missing"
	CappedByFrameworkTarget    Cause = "capped_by_framework_target"
	CapableButOff              Cause = "capable_but_off"
	Middlebox                  Cause = "middlebox"
	Incapable                  Cause = "incapable"
	NoCommonCipher             Cause = "no_common_cipher"
	NoCommonGroupOrSignature   Cause = "no_common_group_or_signature"
	Reverse                    Cause = "reverse"
	Unidentified               Cause = "unidentified"
)

// Side is whose fault it is.
type Side string

// The sides.
const (
	ClientSide  Side = "client"
	ServerSide  Side = "server"
	BothSides   Side = "both"
	UnknownSide Side = "unknown"
)

// Why a pair is listed apart and never breaks.
const (
	ApartScanner    = "scanner"
	ApartProbe      = "probe"
	ApartDeniedOnly = "denied_only"
	ApartLowerRetry = "lower_retry"
)

// Anyone stands for the side of a verdict that is about one party alone: a
// scanned server nobody was seen to use, a host judged by its settings.
const Anyone = "*"

// Verdict is the answer for one client and one server.
type Verdict struct {
	Client       string          `json:"client"`
	Server       string          `json:"server"`
	Protocol     string          `json:"protocol,omitempty"`
	Verdict      Outcome         `json:"verdict"`
	Cause        Cause           `json:"cause,omitempty"`
	LimitedBy    Side            `json:"limited_by,omitempty"`
	Confidence   evidence.Basis  `json:"confidence,omitempty"` // observed, declared or inferred
	OnlyEverWeak bool            `json:"only_ever_weak"`
	BreaksOn     string          `json:"breaks_on,omitempty"` // date, 2026-12-31
	Waived       *Waiver         `json:"waived,omitempty"`
	SetApart     string          `json:"set_apart,omitempty"`
	Group        *Group          `json:"group,omitempty"` // the client is a shared address
	Count        int             `json:"count,omitempty"`
	First        time.Time       `json:"first,omitzero"`
	Last         time.Time       `json:"last,omitzero"`
	Owner        string          `json:"owner,omitempty"`
	Contact      string          `json:"contact,omitempty"`
	Why          Text            `json:"why"`           // one line for a person
	Fix          Texts           `json:"fix,omitempty"` // steps, first one first
	Next         Text            `json:"next,omitzero"` // the command that would find out more
	Because      []string        `json:"because,omitempty"`
	Contradicts  []string        `json:"contradictions,omitempty"` // sources that disagree about what was relied on
	Software     string          `json:"software,omitempty"`       // what the client is, by its agent
	Layer        string          `json:"layer,omitempty"`          // judged by settings: schannel, winhttp ...
	Offered      tlswire.Version `json:"offered_max,omitempty"`    // the client's best offer seen
	Negotiated   tlswire.Version `json:"negotiated,omitempty"`     // the weakest version seen negotiated
	ClientParty  evidence.Party  `json:"client_party,omitzero"`
	ServerParty  evidence.Party  `json:"server_party,omitzero"`
}

// Waiver is an exception that somebody answers for until a day.
type Waiver struct {
	Owner  string `json:"owner"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

// SettingVerdict is a configured value that breaks or exposes.
type SettingVerdict struct {
	Host     string            `json:"host"`
	Role     string            `json:"role,omitempty"`
	Layer    string            `json:"layer,omitempty"`
	Value    string            `json:"value,omitempty"`
	Effect   evidence.Effect   `json:"effect"`
	Versions []tlswire.Version `json:"versions,omitempty"`
	Where    evidence.Where    `json:"where,omitzero"`
	Verdict  string            `json:"verdict"` // breaks, exposure, review
	Cause    Cause             `json:"cause,omitempty"`
	Why      Text              `json:"why"`
	Fix      Texts             `json:"fix,omitempty"`
	Because  []string          `json:"because,omitempty"`
	Owner    string            `json:"owner,omitempty"`
	Contact  string            `json:"contact,omitempty"`

	// What the verdict rests on. Confidence and Sources are those of the
	// fact; whoever has the rules at hand fills them in.
	Rule       string   `json:"rule,omitempty"`
	Fact       string   `json:"fact,omitempty"`
	Confidence string   `json:"confidence,omitempty"` // confirmed, reported, unconfirmed
	Sources    []string `json:"sources,omitempty"`
}

// Summary counts verdicts. What is waived or set apart stands in no other
// count than its own and Pairs.
type Summary struct {
	Pairs           int `json:"pairs"`
	OK              int `json:"ok"`
	Breaks          int `json:"breaks"`
	AtRisk          int `json:"at_risk"`
	Unknown         int `json:"unknown"`
	Waived          int `json:"waived"`
	SetApart        int `json:"set_apart"`
	ClientsBreaking int `json:"clients_breaking"`
	// SettingsBreaking is how many configured values keep something below the
	// floor; each of them breaks whatever uses it.
	SettingsBreaking int `json:"settings_breaking"`
	// InputsFailed is how many inputs gave nothing at all, InputsPartial how
	// many could be used in part only.
	InputsFailed  int `json:"inputs_failed"`
	InputsPartial int `json:"inputs_partial"`
}

// Report is the whole answer.
type Report struct {
	Schema   int                  `json:"schema"`
	Policy   string               `json:"policy"`
	AsOf     string               `json:"as_of"` // the day judged for
	Ready    bool                 `json:"ready"`
	Summary  Summary              `json:"summary"`
	Verdicts Verdicts             `json:"verdicts"`
	Settings []SettingVerdict     `json:"settings"`
	Coverage []*evidence.Coverage `json:"coverage"`
	// Plan is the order of the work; nil where nobody made one.
	Plan *Plan `json:"plan,omitempty"`

	// Days are what was seen day by day, the first day first, for reports that
	// show what is left.
	Days []Day `json:"-"`
	// Simulation says what its parties would agree on, for reports that show
	// them one by one.
	Simulation *Simulation `json:"-"`
	// PolicyText says the policy in words, for reports that people read.
	PolicyText Text `json:"-"`
	// Floor is the lowest version the policy leaves.
	Floor tlswire.Version `json:"-"`
	// Dated is set when a day was asked for.
	Dated bool `json:"-"`
	// Comes is the day after AsOf on which the policy comes into force; "" if
	// it is in force, or has no date of its own.
	Comes string `json:"-"`
}
