// Package audit reads what decides TLS versions on a host without a single
// connection: exports of the Windows registry (.reg), offline registry files
// (hives) and inventories (CSV and what PowerShell prints). It emits one setting record for each value
// found, with file, line and registry path, the client and server that the
// values of a host add up to (basis "declared"), product records, and one
// coverage record a file.
//
// # What an export shows
//
// An export holds whole subtrees, so a key that is in the file shows that what
// it lacks below is absent; only then a default of Windows is applied, and only
// if the file tells which Windows it is. What the file does not show is never
// guessed: coverage says what is missing and the reg export command that would
// bring it. Registry values do not reach programs with a TLS of their own
// (OpenSSL, NSS, Java, Go), and act only on programs started after them.
//
// Schannel: Enabled and DisabledByDefault of each version and role are judged
// by the truth table of the knowledge base. WinHTTP programs get what
// DefaultSecureProtocols or the default in its place names, as far as the
// Schannel client has it on. WinINET and .NET name their versions to Schannel,
// so they also get those that are off by default, never those with Enabled=0.
// What a .NET program offers can depend on the framework it was built for;
// then there is a setting that says so and no client record.
//
// A list of cipher suites, less the ciphers that are switched off, can leave a
// version without a suite; that version then counts as off. Suites and groups
// stand in the client and server records where both the policy and the list of
// the machine were seen. Settings that decide no version (ciphers, FIPS, event
// logging, renegotiation) have an effect without versions.
//
// Programs under Uninstall become products, hidden ones only if the knowledge
// base has them; of updates only those that bring TLS. Skype for Business and
// Lync Server are listed in parts and become one product, at the build of
// their core components, since an update does not raise all parts. Exchange and
// SQL Server count by the build in the keys of their setup, where these are
// there; RunProgram reads the version of a single program.
//
// # Hives
//
// SYSTEM, SOFTWARE and NTUSER.DAT, told apart by what is in them, give the
// same evidence as exports of the same keys, with the registry path and no
// line. Run judges one hive by itself; RunHives judges those of one host
// together, which is more than the sum: the defaults that fill the gaps of
// Schannel (SYSTEM) follow from the Windows (SOFTWARE). HiveHost gives files
// of one host one name, so a caller groups by it. RunExports and HostsOf do the
// same for exports. The control set is that of
// Select\Current. The host is the ComputerName of SYSTEM, or else
// Options.Host, what a file's name says besides SYSTEM or SOFTWARE, or the
// host's folder. A user goes by the folder of the profile or the file's name,
// as HKU\NAME; one NTUSER.DAT without either is HKCU.
//
// A hive whose last changes are in its transaction log is read as it is, and
// coverage says "not replayed: transaction log". Of a damaged hive all that can
// be read is read, coverage says "incomplete" and where, and nothing below a
// damaged list of keys is taken to be absent.
//
// # The machine that runs
//
// Live reads the registry of the Windows it runs on, in both views, of the
// users who are logged on, and judges it the same way. References are registry
// paths alone.
//
// # Inventories
//
// A table with a host and a product column, by the headers that inventories,
// SCCM and Intune use; and objects as PowerShell prints them with Format-List
// or Format-Table. Get-ExchangeServer gives Exchange Server at its
// AdminDisplayVersion, Get-CsServerPatchVersion the server it ran on, which it
// does not name: the host is Options.Host or else the name of the file.
//
// # Bounds
//
// Text is streamed; its size is not limited. Kept are only the keys that rules
// ask for, at most 65536 keys and values. A line over 1 MiB and a value or row
// over 64 KiB are skipped, as is any line that cannot be read, and coverage
// says where. A key with a line that could not be read is not taken to lack
// anything.
//
// Hives are read in place if they are files, else from memory, at most 512
// MiB. Only the way to the keys that rules ask for is walked: at most a
// million keys and 64 MiB of cells, each key once, so loops and shared cells
// end.
//
// # To add a rule
//
// Write one variable of type Rule in a file of its own and name it in Rules.
package audit
