// Package config reads the configuration of servers and systems and emits
// what it says about TLS versions: a setting record for each value that
// decides one, with file and line, and for each listener or virtual host the
// server that all of them add up to (basis "declared"), so that a
// configuration and a scan are compared like with like.
//
// # What a configuration shows
//
// A file shows what it sets. What it leaves out is a default only where the
// whole configuration was read, and the default is known only with the release
// of the program (Options.Versions, Options.Platform); else a version on which
// the releases differ is "unknown", never guessed. The TLS library below has a
// word, too: TLS 1.0 and 1.1 that a configuration allows are "unknown" until
// the cipher list or the platform tells the security level of OpenSSL.
//
// A line without effect is kept as a setting that says so and names the line
// that decides: the second protocol list of a shared nginx socket, the list
// that a later one replaces, the switch beside a floor.
//
// # Several programs in one file
//
// A manifest, a unit or a template may hold settings of several programs:
// annotations, environments, resources of more than one cloud. Each dialect
// that is made for it (shape.beside) then reads the file, and the layer of a
// setting tells whose it is. A dialect that was asked for reads alone.
//
// # Includes
//
// Includes are followed as the program itself would, within bounds (depth,
// number, size), and loops end. Absolute paths are taken below the root of
// the configured host, so that a copied tree does not pull in files of the
// machine it is read on. Nothing is executed, no variable is taken from the
// environment.
//
// # The host as a whole
//
// With Options.Systems the files that speak for all programs of the host are
// read, too, below its root (what stands before "/etc/"): os-release and the
// list of packages (dpkg's status, or a listing in the root named
// installed-debs, dpkg-l.txt, installed-rpms or rpm-qa.txt) tell the releases;
// openssl.cnf, with what crypto-policies puts into it, gnutls/config and the
// one java.security decide where a program leaves it open. Which lines of
// openssl.cnf hold a program differs, and was found by starting each:
//
//	                                   MinProtocol  MaxProtocol  Protocol  level
//	nginx                              no           no           no        yes
//	Apache, HAProxy                    no           no           yes       yes
//	Postfix                            no           no           yes       no
//	PostgreSQL, lighttpd, Dovecot      no           if unset     yes       yes
//	stunnel                            if unset     if unset     yes       no
//	Redis, MariaDB                     yes          yes          yes       yes
//
// "level" is the security level, unless the program's own cipher list sets
// one. ssl_min_protocol = ANY of Dovecot leaves MinProtocol its effect. Of a
// program that was not tried, what such a line would take away is unknown.
//
// Links of a copied tree are followed within it. A file in a folder named
// ...-available to which nothing in ...-enabled leads has no effect.
//
// # Bounds
//
// Of a file 8 MiB are read, of all files of a run 32 MiB; a line over 64 KiB
// is passed over. Whatever could not be read or followed stands in the
// file's coverage record, with file and line.
//
// # To add a dialect
//
// Write one variable of type Dialect in a file of its own, name it in
// Dialects, give it a sample in the tests and a record in the knowledge base
// for its defaults. If the program can be had, start it in a test with each
// kind of value and hold the declared server against a scan.
package config
