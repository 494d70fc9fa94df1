package logs

const nginxBlind = "nginx writes refused handshakes to its error log only (level info): clients that a higher floor locks out vanish from this log"

// variableCell says what a variable of nginx, or a key of its JSON, tells.
func variableCell(name, clientField string) cell {
	switch name {
	case "remote_addr":
		return cellPeer
	case "remote_user", "ssl_client_s_dn":
		return cellUser
	case "http_user_agent":
		return cellAgent
	case "server_addr":
		return cellServerIP
	case "server_port":
		return cellServerPort
	case "ssl_server_name", "host", "http_host":
		return cellHost
	case "server_name", "hostname":
		return cellListener
	case "ssl_protocol":
		return cellVersion
	case "ssl_cipher":
		return cellSuite
	case "ssl_curve":
		return cellGroup
	case "status":
		return cellStatus
	case "time_local", "time_iso8601", "msec", "time", "timestamp", "@timestamp":
		return cellTime
	}
	if forwardedRank(name, clientField) > 0 {
		return cellForwarded
	}
	return cellNone
}
