"""Sets `myelin bench` beside a peer's timings of the same training steps, in one run.

usage: python3 Scripts/compare_peers.py MYELIN PEER_SCRIPT [--workload NAME ...] [--threads N]

The two alternate on every workload, Myelin before and after the peer, so that both see the same
machine. The peer script runs once in each of its modes; it prints lines of the form
`name 1.234 ms/step (min 1.2)`. Each side counts with its best median. A mode of the peer that fails
(a compiler may be missing) is left out with a word about it.
"""

import argparse
import json
import os
import re
import subprocess
import sys

WORKLOADS = ["xor", "mlp", "mlp_big", "cnn", "resnet20"]
MODES = {"eager": [], "channels-last": ["--channels-last"], "compiled": ["--compile"]}
CONVOLUTIONAL = {"cnn", "resnet20"}


def run(command):
    """The exit status, the output and the peak resident memory in MB of a command."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output, usage.ru_maxrss / 1024


def myelin(program, workload, threads):
    command = [program, "bench", "--json", "--workload", workload, "--threads", str(threads)]
    status, output, _ = run(command)
    rows = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    if status != 0 or not rows:
        sys.exit(f"{' '.join(command)} failed with status {status}")
    return rows


def peer(script, workload, threads, flags):
    command = [sys.executable, script, workload, "--threads", str(threads), *flags]
    status, output, megabytes = run(command)
    match = re.search(rf"^{workload}\s+([\d.]+) ms/step", output, re.MULTILINE)
    return (float(match[1]), megabytes) if status == 0 and match else None


def compare(arguments, workload):
    rows = myelin(arguments.myelin, workload, arguments.threads)
    results = {}
    for mode, flags in MODES.items():
        if mode == "channels-last" and workload not in CONVOLUTIONAL:
            continue
        result = peer(arguments.script, workload, arguments.threads, flags)
        if result is None:
            print(f"  (the peer's mode {mode} failed on {workload})", file=sys.stderr)
        else:
            results[mode] = result
    rows += myelin(arguments.myelin, workload, arguments.threads)
    if not results:
        sys.exit(f"the peer script {arguments.script} failed on {workload} in every mode")

    own = min(rows, key=lambda row: row["median_ms"])
    mode = min(results, key=lambda name: results[name][0])
    milliseconds, megabytes = results[mode]
    print(
        f"{workload:10s} {own['median_ms']:11.4f} {milliseconds:11.4f}  {mode:14s}"
        f" {milliseconds / own['median_ms']:6.2f}×  {own['peak_rss_mb']:6.0f} {megabytes:6.0f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description="Sets `myelin bench` beside a peer's timings.")
    parser.add_argument("myelin")
    parser.add_argument("script")
    parser.add_argument("--workload", action="append", choices=WORKLOADS)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    if not os.path.exists(arguments.script):
        sys.exit(f"there is no peer script {arguments.script}: name one with PEER_SCRIPT=path")
    print("workload     myelin ms     peer ms  peer's mode     ratio   MB own   peer")
    for workload in arguments.workload or WORKLOADS:
        compare(arguments, workload)


main()
