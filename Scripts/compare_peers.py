"""Sets `myelin bench` beside PyTorch, JAX and ONNX Runtime, in one run.

usage: python3 Scripts/compare_peers.py MYELIN --torch SCRIPT [--jax SCRIPT] [--inference]
           [--workload NAME ...] [--threads N] [--repetitions N]

Training steps are compared with two scripts that print lines `name 1.234 ms/step (min 1.2)`:
PyTorch's runs once in each of its modes, JAX's once. With --inference the forward passes are
compared with Scripts/inference_peers.py instead. This Python must have what the scripts import.

Myelin runs before, between and after the peer's runs of every workload, so that all see the same
machine, on the same processors. It counts with the median of its runs in each of its modes, a peer
with the fastest of its modes, whose memory is shown. The ratio is the faster peer's time over
Myelin's; the limit is the time that the step's operations in products and convolutions would take
at the best rate of a matrix product in the same run. A mode that fails is left out with a word.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

WORKLOADS = ["xor", "mlp", "mlp_big", "cnn", "resnet20", "lstm", "gpt"]
CONVOLUTIONAL = ["cnn", "resnet20"]
# Too small for a share of the limit to mean anything.
UNLIMITED = ["xor"]


def run(command):
    """The exit status, the output and the peak resident memory in MB of a command."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output, usage.ru_maxrss / 1024


def peer_runs(arguments, workload):
    """The peers' runs of a workload: the peer, its mode and the command."""
    threads = ["--threads", str(arguments.threads)]
    is_convolutional = workload in CONVOLUTIONAL
    if arguments.inference:
        modes = ["eager", *["channels-last"] * is_convolutional, "compiled", "frozen"]
        script = [sys.executable, str(Path(__file__).parent / "inference_peers.py"), *threads]
        for mode in modes:
            yield "PyTorch", mode, [*script, "--mode", mode, workload]
        yield "ONNX Runtime", "", [*script, "--mode", "onnxruntime", workload]
    else:
        script = [sys.executable, arguments.torch, workload, *threads]
        yield "PyTorch", "eager", script
        if is_convolutional:
            yield "PyTorch", "channels-last", [*script, "--channels-last"]
        yield "PyTorch", "compiled", [*script, "--compile"]
        # It has no option for threads, but takes as many as there are processors.
        if arguments.jax and mentions(arguments.jax, workload):
            yield "JAX", "", [sys.executable, arguments.jax, workload]


def mentions(script, workload):
    """Whether a peer's script knows a workload."""
    return re.search(rf"\b(W_)?{workload}\b", Path(script).read_text()) is not None


def peer_times(output, workload):
    """Milliseconds by batch, which training leaves out: None."""
    pattern = rf"^{workload}(?: +(\d+))? +([\d.]+) ms/"
    found = re.findall(pattern, output, re.MULTILINE)
    return {int(batch) if batch else None: float(time) for batch, time in found}


def myelin_rows(arguments, workload):
    command = [
        arguments.myelin, "bench", "--json", "--workload", workload, "--threads",
        str(arguments.threads), "--repetitions", str(arguments.repetitions),
        *["--inference"] * arguments.inference,
    ]
    status, output, _ = run(command)
    rows = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    if status != 0 or not rows:
        sys.exit(f"{' '.join(command)} failed with status {status}")
    return rows


def compare(arguments, workload):
    """Runs Myelin and the peers alternately, and prints a line for each batch and Myelin's mode."""
    rows = myelin_rows(arguments, workload)
    results = {}
    for peer, mode, command in peer_runs(arguments, workload):
        status, output, megabytes = run(command)
        times = peer_times(output, workload) if status == 0 else {}
        if not times:
            name = f"{peer}, {mode}," if mode else peer
            print(f"  ({name} failed on {workload})", file=sys.stderr)
        for batch, milliseconds in times.items():
            results.setdefault((peer, batch), []).append((milliseconds, mode, megabytes))
        rows += myelin_rows(arguments, workload)
    peak = max(row["peak_gflops"] for row in rows)
    for batch, mode in dict.fromkeys((row["batch"], row["mode"]) for row in rows):
        own = [row for row in rows if (row["batch"], row["mode"]) == (batch, mode)]
        key = batch if arguments.inference else None
        peers = [min(results.get((name, key), [(None, "", None)])) for name in arguments.peers]
        print(line(workload, batch, mode, own, peers, peak), flush=True)


def line(workload, batch, mode, own, peers, peak):
    milliseconds = statistics.median(row["median_ms"] for row in own)
    fastest = min((time for time, _, _ in peers if time is not None), default=None)
    ratio = f"{fastest / milliseconds:.2f}×" if fastest else "–"
    limit = own[0]["gflop"] / peak * 1e3
    share = "–" if workload in UNLIMITED else f"{milliseconds / limit:.2f}×"
    megabytes = [max(row["peak_rss_mb"] for row in own), *(peer[2] for peer in peers)]
    return (
        f"{workload:8s} {batch:3d} {mode:8s} {milliseconds:9.4f} {number(peers[0][0], 9, 4)} "
        f"{peers[0][1]:13s} {number(peers[1][0], 9, 4)} {ratio:>7s} {share:>7s}"
        + "".join(number(value, 5, 0) for value in megabytes)
    )


def number(value, width, decimals):
    return f"{'–':>{width}s}" if value is None else f"{value:{width}.{decimals}f}"


def heading(peers):
    first, second = (peer.split()[0] for peer in peers)
    return (
        f"{'':8s}     {'Myelin':18s} {first:>9s} {'':13s} {second:>9s}"
        f" {'faster':>7s} {'time /':>7s} MB: own,\n"
        f"workload   n {'mode':8s} {'ms':>9s} {'ms':>9s} {'in its mode':13s} {'ms':>9s}"
        f" {'by':>7s} {'limit':>7s}  {first}, {second}"
    )


def main():
    parser = argparse.ArgumentParser(description="Sets `myelin bench` beside its peers.")
    parser.add_argument("myelin", metavar="MYELIN")
    parser.add_argument("--torch", metavar="SCRIPT", help="PyTorch's training steps")
    parser.add_argument("--jax", metavar="SCRIPT", help="JAX's training steps")
    parser.add_argument("--inference", action="store_true", help="compare forward passes")
    parser.add_argument("--workload", action="append", choices=WORKLOADS)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--repetitions", type=int, default=5, help="of each of Myelin's runs")
    arguments = parser.parse_args()
    if not arguments.inference and not arguments.torch:
        parser.error("training steps need --torch SCRIPT")
    for script in (arguments.torch, arguments.jax):
        if script and not arguments.inference and not os.path.exists(script):
            parser.error(f"there is no peer script {script}")
    # All programs inherit it.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    arguments.peers = ["PyTorch", "ONNX Runtime" if arguments.inference else "JAX"]
    print(heading(arguments.peers))
    for workload in arguments.workload or WORKLOADS[arguments.inference :]:
        compare(arguments, workload)


main()
