package code

// The strings and comments of each language. Quotes stand longest first.
var (
	slashLine  = []string{"//"}
	slashBlock = []block{{open: "/*", close: "*/"}}
	nestBlock  = []block{{open: "/*", close: "*/", nested: true}}
	dquote     = quote{open: `"`, close: `"`, esc: '\\'}
	squote     = quote{open: `'`, close: `'`, esc: '\\'}
	triple     = quote{open: `"""`, close: `"""`, esc: '\\', multi: true}
	tripleRaw  = quote{open: `"""`, close: `"""`, multi: true}
	triple1    = quote{open: `'''`, close: `'''`, esc: '\\', multi: true}
	mdquote    = quote{open: `"`, close: `"`, esc: '\\', multi: true}
	msquote    = quote{open: `'`, close: `'`, esc: '\\', multi: true}
	backquote  = quote{open: "`", close: "`", multi: true}
	template   = quote{open: "`", close: "`", esc: '\\', multi: true}
)

var (
	cSyntax = syntax{
		line: slashLine, block: slashBlock, quotes: []quote{dquote, squote},
		hooks: []hook{digitMark, ifZero}, starts: "'#",
	}
	cppSyntax = syntax{
		line: slashLine, block: slashBlock, quotes: []quote{dquote, squote},
		hooks: []hook{cppRaw, digitMark, ifZero}, starts: "R'#",
	}
	csharpSyntax = syntax{
		line: slashLine, block: slashBlock, quotes: []quote{dquote, squote},
		hooks: []hook{csharpString, ifZero}, starts: `@$"#`,
	}
	javaSyntax   = syntax{line: slashLine, block: slashBlock, quotes: []quote{triple, dquote, squote}}
	kotlinSyntax = syntax{line: slashLine, block: nestBlock, quotes: []quote{tripleRaw, dquote, squote}}
	swiftSyntax  = syntax{
		line: slashLine, block: nestBlock, quotes: []quote{triple, dquote},
		hooks: []hook{hashString}, starts: "#",
	}
	goSyntax   = syntax{line: slashLine, block: slashBlock, quotes: []quote{dquote, squote, backquote}}
	rustSyntax = syntax{
		line: slashLine, block: nestBlock, quotes: []quote{mdquote, squote},
		hooks: []hook{rustRaw, lifetime}, starts: "r'",
	}
	jsSyntax = syntax{
		line: slashLine, block: slashBlock, quotes: []quote{dquote, squote, template},
		hooks: []hook{regexLiteral}, starts: "/",
	}
	pythonSyntax = syntax{
		line: []string{"#"}, quotes: []quote{triple, triple1, dquote, squote},
		hooks: []hook{docString}, starts: `"'`,
	}
	rubySyntax = syntax{
		line: []string{"#"}, quotes: []quote{mdquote, msquote, {open: "`", close: "`", esc: '\\'}},
		hooks: []hook{rubyDoc, endOfSource, hereString, regexLiteral}, starts: "=_</",
	}
	perlSyntax = syntax{
		quotes: []quote{mdquote, msquote, {open: "`", close: "`", esc: '\\'}},
		hooks:  []hook{pod, endOfSource, sigil, hashComment, perlQuote, hereString, regexLiteral}, starts: "=_<#qms/$@%&",
	}
	phpSyntax = syntax{
		line: slashLine, block: slashBlock, quotes: []quote{mdquote, msquote},
		hooks: []hook{phpClose, phpHash, hereString}, starts: "?#<", prepare: phpOpen,
	}
	shellSyntax = syntax{
		quotes: []quote{mdquote, {open: `'`, close: `'`, multi: true}},
		hooks:  []hook{shellEscape, wordHash, hereString}, starts: "#<\\",
	}
	dockerSyntax = syntax{
		quotes: []quote{dquote, {open: `'`, close: `'`}},
		hooks:  []hook{shellEscape, dockerHash, hereCode}, starts: "#<\\",
	}
	powershellSyntax = syntax{
		block: []block{{open: "<#", close: "#>"}},
		quotes: []quote{
			{open: "@\"", close: "\n\"@", multi: true},
			{open: "@'", close: "\n'@", multi: true},
			{open: `"`, close: `"`, esc: '`', multi: true, doubled: true},
			{open: `'`, close: `'`, multi: true, doubled: true},
		},
		hooks: []hook{backtick, wordHash}, starts: "#`",
	}
	vbSyntax = syntax{
		line: []string{"'"}, quotes: []quote{{open: `"`, close: `"`, doubled: true}},
		hooks: []hook{remark}, starts: "Rr",
	}
	xmlSyntax = syntax{block: []block{{open: "<!--", close: "-->"}}}
	// In a batch file quotes only guard spaces: all of it is code.
	batchSyntax = syntax{line: nil, hooks: []hook{remark, labelComment}, starts: "Rr:@"}
)
