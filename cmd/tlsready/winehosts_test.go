//go:build wine

package main

// winHost is a registry as reg add makes it.
type winHost struct {
	name   string
	values []regAdd
	// fixed is whether the program finds something to fix.
	fixed bool
}

// regAdd is one value. View is "/reg:32" for that of 32-bit programs.
type regAdd struct{ key, name, typ, data, view string }

const (
	protocolKeys = `HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`
	schannelRoot = `HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL`
	winhttpKey   = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\WinHttp`
	wininetKey   = `HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings`
	dotnet4Key   = `HKLM\SOFTWARE\Microsoft\.NETFramework\v4.0.30319`
	dotnet2Key   = `HKLM\SOFTWARE\Microsoft\.NETFramework\v2.0.50727`
	uninstallKey = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\`
	versionKey   = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`
	nameKey      = `HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName`
)

func dword(key, name, data string) regAdd { return regAdd{key, name, "REG_DWORD", data, "/reg:64"} }

func dword32(key, name, data string) regAdd { return regAdd{key, name, "REG_DWORD", data, "/reg:32"} }
func text(key, name, data string) regAdd    { return regAdd{key, name, "REG_SZ", data, "/reg:64"} }

// protocol sets both values of a version in one role.
func protocol(version, role, enabled, off string) []regAdd {
	key := protocolKeys + version + `\` + role
	return []regAdd{dword(key, "Enabled", enabled), dword(key, "DisabledByDefault", off)}
}

// release names the Windows, as far as wine's own names must be changed.
func release(product, version, build string) []regAdd {
	return []regAdd{
		text(versionKey, "ProductName", product), text(versionKey, "CurrentVersion", version),
		text(versionKey, "CurrentBuildNumber", build), text(versionKey, "CurrentBuild", build),
	}
}

func installed(key, name, version string) []regAdd {
	return []regAdd{text(uninstallKey+key, "DisplayName", name), text(uninstallKey+key, "DisplayVersion", version)}
}

func named(name string, values ...[]regAdd) []regAdd {
	out := []regAdd{text(nameKey, "ComputerName", name)}
	for _, v := range values {
		out = append(out, v...)
	}
	return out
}

// winHosts are a workstation that nobody prepared, a hub whose server role
// somebody locked to old versions, and a host with nothing to fix.
var winHosts = []winHost{
	{name: "ws7", fixed: true, values: named("WS7-PAY",
		release("Windows 7 Professional", "6.1", "7601"),
		protocol("TLS 1.2", "Client", "0", "1"),
		protocol("TLS 1.0", "Client", "1", "0"),
		installed("Office16.PROPLUS", "Microsoft Office Professional Plus 2016", "16.0.4266.1001"),
		[]regAdd{
			dword(winhttpKey, "DefaultSecureProtocols", "0xa0"), dword32(winhttpKey, "DefaultSecureProtocols", "0x80"),
			dword(dotnet4Key, "SchUseStrongCrypto", "0"), dword32(dotnet4Key, "SchUseStrongCrypto", "1"),
			dword(dotnet2Key, "SystemDefaultTlsVersions", "0"), dword32(dotnet2Key, "SystemDefaultTlsVersions", "1"),
			dword(wininetKey, "SecureProtocols", "0xa0"),
		},
	)},
	{name: "hub", fixed: true, values: named("HUB01",
		release("Windows Server 2012 R2 Standard", "6.3", "9600"),
		protocol("SSL 3.0", "Server", "0", "1"),
		protocol("TLS 1.0", "Server", "0xffffffff", "0"),
		protocol("TLS 1.1", "Server", "0", "0"),
		protocol("TLS 1.2", "Server", "0", "1"),
		protocol("TLS 1.2", "Client", "1", "1"),
		installed("SQL2014", "Microsoft SQL Server 2014 (64-bit)", "12.0.2000.8"),
		installed("SfB2015Core", "Skype for Business Server 2015, Core Components", "6.0.9319.0"),
		[]regAdd{
			dword(schannelRoot, "EventLogging", "7"),
			dword(schannelRoot+`\Ciphers\RC4 128/128`, "Enabled", "0"),
			dword(winhttpKey, "DefaultSecureProtocols", "0xaa0"), dword32(winhttpKey, "DefaultSecureProtocols", "0xaa0"),
			dword(dotnet4Key, "SystemDefaultTlsVersions", "1"), dword32(dotnet4Key, "SystemDefaultTlsVersions", "0"),
		},
	)},
	{name: "ws10", values: named("WS10-NEW",
		release("Windows 10 Pro", "6.3", "19045"),
		protocol("TLS 1.0", "Client", "0", "1"),
		protocol("TLS 1.0", "Server", "0", "1"),
		protocol("TLS 1.2", "Client", "1", "0"),
		protocol("TLS 1.2", "Server", "1", "0"),
		[]regAdd{
			dword(versionKey, "CurrentMajorVersionNumber", "10"), dword(versionKey, "CurrentMinorVersionNumber", "0"),
			dword(winhttpKey, "DefaultSecureProtocols", "0x800"), dword32(winhttpKey, "DefaultSecureProtocols", "0x800"),
			dword(dotnet4Key, "SchUseStrongCrypto", "1"), dword32(dotnet4Key, "SchUseStrongCrypto", "1"),
			dword(dotnet4Key, "SystemDefaultTlsVersions", "1"), dword32(dotnet4Key, "SystemDefaultTlsVersions", "1"),
		},
	)},
}
