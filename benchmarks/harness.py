"""The harness behind scripts/bench: runs by turns, each in a new process; answers compared; medians."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from typing import Any

from peers import MASTER, PEERS, ROOT, Peer
from workloads import WORKLOADS, Workload

LONGEST_S = 900


def main() -> None:
    """Measure, print, and end with status 1 when the peers' answers differ."""
    options = arguments()
    wanted = [each for each in WORKLOADS if options.only is None or each.name in options.only]
    peers = [PEERS[name]() for name in options.peers]
    corpus = options.corpus or (make_corpus(options.size) if any(each.corpus for each in wanted) else "")
    seconds: dict[str, dict[str, list[float]]] = {
        each.name: {peer.name: [] for peer in peers} for each in wanted
    }
    memory: dict[str, dict[str, list[float]]] = {
        each.name: {peer.name: [] for peer in peers} for each in wanted if each.memory
    }
    answers: dict[str, Any] = {}
    differing: list[str] = []

    processes = list(dict.fromkeys(each.process for each in wanted))
    for run in range(options.runs):
        for process in processes:
            group = [each for each in wanted if each.process == process]
            for peer in (
                peers if run % 2 == 0 else reversed(peers)
            ):  # neither always profits from the other's leavings
                say(f"run {run + 1}/{options.runs}: {peer.name}, {', '.join(each.name for each in group)}")
                result = one_run(peer, group, corpus)
                for each in group:
                    seconds[each.name][peer.name].append(result["seconds"][each.name])
                    if each.memory:
                        memory[each.name][peer.name].append(result["memory"] / 1e6)
                    answer = result["answers"].get(each.name)
                    if answers.setdefault(each.name, answer) != answer:
                        differing.append(
                            f"{each.name}: {peer.name} says {answer}, before it was {answers[each.name]}"
                        )
    report = {
        "machine": machine(),
        "corpus": corpus,
        "seconds": seconds,
        "memory_mb": memory,
        "differing": differing,
    }
    print(
        json.dumps(report, indent=2)
        if options.json
        else table(wanted, [peer.name for peer in peers], seconds)
        + memory_table([each for each in wanted if each.memory], [peer.name for peer in peers], memory)
    )
    for line in differing:
        say(f"THE ANSWERS DIFFER. {line}")
    sys.exit(1 if differing else 0)


def arguments() -> argparse.Namespace:
    """Understand the command line."""
    names = [each.name for each in WORKLOADS]
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each workload by each peer (default: 5)")
    parser.add_argument(
        "--only", type=listed(names), help=f"workloads, with commas between: {','.join(names)}"
    )
    parser.add_argument(
        "--peers", type=listed(list(PEERS)), default=list(PEERS), help=f"of {','.join(PEERS)}"
    )
    parser.add_argument("--corpus", help="the text to use; made by scripts/make-corpus when not given")
    parser.add_argument("--size", default="100m", help="how much text to make (default: 100m)")
    parser.add_argument("--json", action="store_true", help="print every time that was measured, as JSON")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs has to be at least 1")
    return options


def listed(known: list[str]) -> Any:
    """Return a parser for names with commas between."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return names

    return parse


def make_corpus(size: str) -> str:
    """Make the text that the text workloads read, once."""
    path = os.path.join(ROOT, "benchmarks", "data", f"corpus-{size}.txt")
    if not os.path.exists(path):
        say(f"making {path}, once")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        script = os.path.join(ROOT, "scripts", "make-corpus")
        subprocess.run([sys.executable, script, "--size", size, path], check=True, stdout=sys.stderr)
    with open(path, "rb") as file:  # into the page cache, for whoever comes first
        while file.read(1 << 20):
            pass
    return path


def one_run(peer: Peer, group: list[Workload], corpus: str) -> dict[str, Any]:
    """Run workloads in a new process of a peer."""
    conf = {"spark.master": MASTER, "spark.app.name": "bench", **peer.conf}
    order = {"conf": conf, "workloads": [each.name for each in group], "corpus": corpus}
    command = [peer.python, os.path.join(ROOT, "benchmarks", "one_run.py")]
    done = subprocess.run(
        command,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        env=peer.environment(),
    )
    if done.returncode:
        sys.exit(f"{peer.name} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def table(wanted: list[Workload], peers: list[str], seconds: dict[str, dict[str, list[float]]]) -> str:
    """Return the results as text: medians with the least and the most, and the first peer's share."""
    first, others = peers[0], peers[1:]
    head = f"{'workload':<30}" + "".join(f"{peer + ', s (least to most)':>34}" for peer in peers)
    rows = [head + "".join(f"{'of ' + peer:>12}" for peer in others) + f"{'aim':>8}"]
    for each in wanted:
        median = {peer: statistics.median(seconds[each.name][peer]) for peer in peers}
        row = f"{each.title:<30}"
        for peer in peers:
            times = seconds[each.name][peer]
            row += f"{f'{median[peer]:.3f} ({min(times):.3f} to {max(times):.3f})':>34}"
        for peer in others:
            share = median[first] / median[peer]
            row += f"{f'1/{1 / share:.1f}':>12}"
            if peer == "pyspark":
                row += f"{f'1/{1 / each.aim:.0f}':>8}  {'met' if share <= each.aim else 'missed'}"
        rows.append(row)
    return "\n".join(rows)


def memory_table(wanted: list[Workload], peers: list[str], memory: dict[str, dict[str, list[float]]]) -> str:
    """Return the medians of the peaks of memory as text, of all processes and what is in tmpfs."""
    if not wanted:
        return ""
    rows = ["\n\n" + f"{'peak memory, MB':<34}" + "".join(f"{peer:>14}" for peer in peers)]
    for each in wanted:
        medians = [statistics.median(memory[each.name][peer]) for peer in peers]
        rows.append(f"{each.title:<34}" + "".join(f"{median:>14.0f}" for median in medians))
    return "\n".join(rows)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def say(text: str) -> None:
    """Print progress where it does not mix with results."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
