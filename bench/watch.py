"""Runs the programs of bench/watch.sh in turn and prints the tables."""

import collections
import csv
import json
import os
import statistics
import subprocess
import sys
import time

tmp, runs = sys.argv[1], int(sys.argv[2])
FIELDS = "frame.number ip.src tcp.srcport ip.dst tcp.dstport tls.handshake.type tls.handshake.version tls.handshake.extensions.supported_version tls.handshake.ciphersuite tls.handshake.extensions_server_name tls.handshake.ja3 tls.alert_message.desc"


def commands(file):
    return {
        "tlsready": [f"{tmp}/tlsready", "watch", "--json", file],
        "gopacket + reassembly": [f"{tmp}/peer", file],
        "ssldump -n -r": ["ssldump", "-n", "-r", file],
        "ndpiReader -q -i": ["ndpiReader", "-q", "-i", file],
        "tshark, fields": ["tshark", "-n", "-r", file, "-Y", "tls.handshake or tls.alert_message", "-T", "fields"]
        + [a for f in FIELDS.split() for a in ("-e", f)],
    }


def run(command, output, core):
    """One run on one core: processor seconds, wall, peak memory in MiB."""
    with open(output, "wb") as out:
        start = time.monotonic()
        child = subprocess.Popen(["taskset", "-c", core, *command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss / 1024


def hellos(name, output):
    """How many ClientHellos a program printed; None if it does not say."""
    with open(output, errors="replace") as lines:
        if name == "tlsready":
            return sum('"offered_max"' in line for line in lines)
        if name == "gopacket + reassembly":
            return sum(line.startswith("client") for line in lines)
        if name == "ssldump -n -r":
            return sum(line.strip() == "ClientHello" for line in lines)
        if name == "tshark, fields":
            return sum(line.split("\t")[5].split(",").count("1") for line in lines)
    return None


def measure(kind):
    taken = collections.defaultdict(list)
    found = {}
    for _ in range(runs):
        for name, command in commands(f"{tmp}/{kind}.pcap").items():
            output = f"{tmp}/{kind}.{'out' if name != 'tlsready' else 'ndjson'}"
            taken[name].append(run(command, output, "1"))
            found[name] = hellos(name, output)
    medians = {n: [statistics.median(c) for c in zip(*r)] for n, r in taken.items()}
    own = medians["tlsready"][0]
    for name, (cpu, wall, memory) in medians.items():
        ratio = "" if name == "tlsready" else f"1/{cpu / own:.1f}"
        print(f"| {kind} | {name} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {ratio} | {found[name] if found[name] is not None else ''} |", flush=True)


def cores(kind):
    """tlsready on one core, on two, and twice at one time: what two cores of this machine can do at all."""
    command, taken = commands(f"{tmp}/{kind}.pcap")["tlsready"], collections.defaultdict(list)
    for _ in range(max(runs, 9)):
        for core in ("1", "0,1"):
            taken[core].append(run(command, os.devnull, core)[1])
        start = time.monotonic()
        both = [subprocess.Popen(["taskset", "-c", core, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for core in "01"]
        for child in both:
            child.wait()
        taken["both"].append(time.monotonic() - start)
    one, two, both = (statistics.median(taken[k]) for k in ("1", "0,1", "both"))
    print(f"{kind}: {one:.3f} s on one core, {two:.3f} s on two, {one / two:.2f} times as fast; two programs at one time do {2 * one / both:.2f} times the work of one")


def truth(kind):
    with open(f"{tmp}/{kind}.tsv") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def compare(kind):
    """Handshakes, their fields, and who limits by the report, against the truth."""
    rows = truth(kind)
    left = collections.Counter()
    for r in rows:
        if r["kind"] == "tls":
            left[r["client"], int(r["cport"]), r["server"], r["name"], r["offered"], r["negotiated"], r["suite"], r["outcome"], r["resumed"]] += 1
    total, extra = sum(left.values()), 0
    with open(f"{tmp}/{kind}.ndjson") as lines:
        for h in map(json.loads, lines):
            if h["kind"] != "handshake":
                continue
            key = (h["client"]["ip"], h["client"]["port"], h["server"]["ip"], h["server"].get("name", ""), ",".join(h.get("offered", [])),
                   h.get("negotiated", ""), h.get("suite", ""), h["outcome"], str(h.get("resumed", False)).lower())
            if left[key] > 0:
                left[key] -= 1
            else:
                extra += 1
    exact = total - sum(left.values())
    print(f"{kind}: {exact} of {total} handshakes found with exact name, offer, version, suite, outcome and resumption; {extra} more or not exact")
    limits(kind, rows)


def limits(kind, rows):
    out = subprocess.run([f"{tmp}/tlsready", "report", f"{tmp}/{kind}.ndjson", "--format", "json"], capture_output=True, text=True, check=False).stdout
    verdicts = collections.defaultdict(set)
    false = 0
    for v in json.loads(out)["verdicts"]:
        if v["client"].startswith(("11.", "12.")) and v["verdict"] == "breaks":
            false += 1
        if v["verdict"] == "breaks":
            verdicts[v["client_party"]["ip"], v["server_party"]["ip"]].add(v.get("limited_by", ""))
    wanted, right = 0, 0
    for r in rows:
        if r["kind"] == "tls" and r["limited_by"]:
            wanted += 1
            right += verdicts[r["client"], r["server"]] == {r["limited_by"]}
    print(f"{kind}: limited_by right for {right} of {wanted} connections below TLS 1.2; {false} verdicts \"breaks\" on midstream and plain connections")


print("| file | program | CPU s | wall s | peak MiB | tlsready's CPU | ClientHellos printed |")
print("| --- | --- | --- | --- | --- | --- | --- |")
for k in ("hs", "bulk"):
    measure(k)
for k in ("hs", "bulk"):
    print(f"{k}: {os.path.getsize(f'{tmp}/{k}.pcap') / 1e6:.0f} MB, {sum(r['kind'] == 'tls' for r in truth(k))} connections with a handshake, "
          f"{sum(r['kind'] == 'midstream' for r in truth(k))} midstream, {sum(r['kind'] == 'plain' for r in truth(k))} plain")
    compare(k)
for k in ("hs", "bulk"):
    cores(k)
