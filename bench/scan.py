"""Runs the scanners of bench/scan.sh in turn and prints the table."""

import json
import re
import resource
import statistics
import subprocess
import sys
import time

tlsready, runs, near, far, namespace = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
SERVERS = {"nginx": 28443, "gnutls-serv": 28444, "Go": 28445}
VERSIONS = 6  # SSLv2 to TLS 1.3: each costs one refusal at least


def run(command):
    """One run: seconds, processor seconds, what was printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    out = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out


def commands(address, port):
    return {
        "tlsready": [tlsready, "scan", "--json", f"{address}:{port}"],
        "sslscan": ["sslscan", "--no-colour", f"{address}:{port}"],
        "nmap": ["nmap", "-n", "-Pn", "-p", str(port), "--script", "+ssl-enum-ciphers", address],
    }


def suites(name, out):
    if name == "sslscan":
        return len(re.findall(r"^(?:Preferred|Accepted)", out, re.M))
    if name == "nmap":
        return len(re.findall(r"^\|\s+TLS_", out, re.M))
    return sum(len(v.get("suites", [])) for v in record(out)["versions"].values())


def record(out):
    return next(r for r in map(json.loads, out.splitlines()) if r["kind"] == "server")


print("| server | round trip | tool | suites | wall ms | CPU ms | wall of sslscan | wall of nmap | CPU of sslscan | CPU of nmap | connections (facts) | floor | without facts of floor |")
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
for address, wire, times in ((near, "0 ms", runs), (far, "40 ms", max(1, runs // 2))):
    prefix = ["ip", "netns", "exec", namespace] if address == far else []
    for server, port in SERVERS.items():
        taken = {}
        for _ in range(times):
            for name, command in commands(address, port).items():
                taken.setdefault(name, []).append(run(prefix + command))
        wall = {n: statistics.median(t[0] for t in r) for n, r in taken.items()}
        cpu = {n: statistics.median(t[1] for t in r) for n, r in taken.items()}
        for name, results in taken.items():
            found = "/".join(str(n) for n in sorted({suites(name, r[2]) for r in results}))
            row = [server, wire, name, found, f"{wall[name] * 1e3:.0f}", f"{cpu[name] * 1e3:.1f}"]
            if name == "tlsready":
                got = sorted((record(r[2]) for r in results), key=lambda s: s["connections"])[len(results) // 2]
                floor = suites(name, results[0][2]) + VERSIONS + len(got["groups"]) + 1
                facts = got.get("fact_connections", 0)
                row += [f"{wall[name] / wall[p]:.3f}" for p in ("sslscan", "nmap")]
                row += [f"{cpu[name] / cpu[p]:.3f}" for p in ("sslscan", "nmap")]
                row += [f"{got['connections']} ({facts})", str(floor), f"{(got['connections'] - facts) / floor:.2f}"]
            else:
                row += [""] * 7
            print("| " + " | ".join(row) + " |", flush=True)
