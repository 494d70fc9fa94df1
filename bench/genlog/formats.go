package main

var agents = [...]string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
	"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
	"Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)",
	"Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)",
	"Java/1.7.0_80",
	"Microsoft-CryptoAPI/6.1",
	"python-requests/2.31.0",
	"Apple-iPhone9C1/1405.526000002",
}

var (
	crypt  = [...]string{"40 660e 8004 ae06", "100 660e 8004 ae06", "400 6610 800d ae06", "1000 6610 800d 0"}
	names  = [...]string{"TLSv1 ECDHE-RSA-AES128-SHA", "TLSv1.1 ECDHE-RSA-AES128-SHA", "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.3 TLS_AES_256_GCM_SHA384"}
	stems  = [...]string{"GET /owa/service.svc action=FindItem&ID=-37&AC=1&CorrelationID=<empty>;&ClientId=0A1B2C3D4E5F60718293A4B5C6D7E8F9&cafeReqId=1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0;", "POST /Microsoft-Server-ActiveSync/default.eas Cmd=Sync&DeviceType=iPhone&CorrelationID=<empty>;", "POST /mapi/emsmdb/ MailboxId=5f0a4f4c-1111-4b5e-9a55-0123456789ab@contoso.example&CorrelationID=<empty>;&cafeReqId=1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0;", "POST /EWS/Exchange.asmx &CorrelationID=<empty>;&cafeReqId=1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0;"}
	status = [...]string{"200", "200", "200", "200", "200", "304", "401", "500"}
)

const (
	before = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken crypt-protocol crypt-cipher crypt-hash crypt-keyexchange"
	behind = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) cs-host sc-status sc-substatus sc-win32-status time-taken crypt-protocol crypt-cipher crypt-hash crypt-keyexchange X-Forwarded-For OriginalIP"
)

func (g *generator) iis() {
	changed := false
	g.str("#Software: Microsoft Internet Information Services 10.0")
	g.flush()
	g.str(before)
	g.flush()
	for g.wrote < g.want {
		if !changed && g.wrote > g.want/2 {
			changed = true
			g.str(behind)
			g.flush()
		}
		p := g.next()
		g.str("2026-03-")
		g.num(g.day(), 2)
		g.str(" ")
		g.clock()
		g.str(" 192.0.2.10 " + stems[p.number%len(stems)] + " 443 ")
		if !changed {
			g.str("CONTOSO\\user")
			g.num(p.number, 0)
			g.str(" ")
		}
		g.address(p.number)
		g.str(" ")
		g.agent(agents[p.number%len(agents)], '+')
		if changed {
			g.str(" mail.contoso.example ")
		} else {
			g.str(" https://mail.contoso.example/owa/ ")
		}
		g.str(status[g.tick%len(status)] + " 0 0 ")
		g.num(g.tick%977, 0)
		g.str(" " + crypt[p.version])
		if changed {
			g.str(" - -")
		}
		g.flush()
	}
}

func (g *generator) agent(s string, space byte) {
	for i := range len(s) {
		if s[i] == ' ' {
			g.line = append(g.line, space)
		} else {
			g.line = append(g.line, s[i])
		}
	}
}

func (g *generator) nginx() {
	for g.wrote < g.want {
		p := g.next()
		g.address(p.number)
		g.str(" - - [")
		g.num(g.day(), 2)
		g.str("/Mar/2026:")
		g.clock()
		g.str(` +0000] "GET /api/v1/items?page=`)
		g.num(g.tick%41, 0)
		g.str(` HTTP/1.1" ` + status[g.tick%len(status)] + " ")
		g.num(200+g.tick%9000, 0)
		g.str(` "-" "` + agents[p.number%len(agents)] + `" ` + names[p.version])
		g.flush()
	}
}
