"""The harness behind scripts/bench: runs peers in turn, each in a new process; compares answers; medians."""

from __future__ import annotations

import json
import signal
import sys
from typing import Any

import alone
import data
import growth
import java_jobs
import report
import results
import tpc
import tpch_page
from agreeing import agree
from machine import machine
from measure import Measured, able, run
from options import Options, options
from peers import PEERS, Peer
from process import RunFailed
from summary import Measurements
from workloads import WORKLOADS, Given, Workload


def main() -> None:
    """Measure, print, and end with status 1 when the peers' answers differ or Firesteel failed."""
    wish = options()
    if wish.list:
        print(report.names(WORKLOADS))
        return
    if not wish.sources:
        alone.wait()
    try:
        done(wish)
    except (
        RunFailed
    ) as failure:  # of growth, Java programs and TPC-H, where one run is not without the others
        sys.exit(f"scripts/bench: {failure}")


def done(wish: Options) -> None:
    """Run what the options ask for."""
    if wish.java:
        java_jobs.main(wish.corpus or data.corpus(wish.scale), wish.runs, wish.write)
        return
    if wish.growth:
        growth.main(wish)
        return
    if wish.tpch:
        tpch_page.main(wish.scale, wish.runs, wish.write)
        return
    found = read(wish.sources) if wish.sources else measure(wish)
    print(json.dumps(found.told(), indent=1) if wish.json else report.tables(found))
    for line in found.differing:
        say(f"THE ANSWERS DIFFER. {line}")
    for line in found.failed:
        say(f"FAILED. {line}")
    if wish.write:
        results.write(found)
    sys.exit(1 if found.differing or any(line.startswith("firesteel") for line in found.failed) else 0)


def read(sources: list[str]) -> Measurements:
    """Add earlier measurements, and compare the answers."""
    found: Measurements | None = None
    for source in sources:
        more = taken(source)
        if found is None:
            found = more
            continue
        try:
            found.add(more)
        except ValueError as failure:
            sys.exit(f"scripts/bench: --from {source}: {failure}")
        for name, answer in more.answers.items():
            compare(found, name, source, answer)
    assert found is not None
    return found


def taken(source: str) -> Measurements:
    """Take what --json has printed into a file."""
    try:
        with open(source, encoding="utf-8") as file:
            return Measurements.of(json.load(file))
    except (OSError, ValueError) as failure:
        sys.exit(f"scripts/bench: --from {source}: it is not what --json prints: {failure}")


def measure(wish: Options) -> Measurements:
    """Run everything that the options ask for, in turn."""
    wanted = [each for each in WORKLOADS if not wish.names or each.name in wish.names]
    peers = [PEERS[name]() for name in wish.peers]
    given = texts(wanted, wish)
    groups: dict[str, list[Workload]] = {}
    for each in wanted:
        groups.setdefault(each.group, []).append(each)
    found = Measurements(wish.peers, machine(peers), wish.scale)
    rounds = [*(["memory"] if wish.memory else []), *(f"run {n + 1}/{wish.runs}" for n in range(wish.runs))]
    for number, title in enumerate(rounds):
        for at, group in enumerate(groups.values()):
            # in turn, so that no peer always profits from running after the other
            for peer in peers if number % 2 == 0 else reversed(peers):
                turn(found, peer, group, given, f"{title}, {at + 1}/{len(groups)}", title == "memory")
    return found


def texts(wanted: list[Workload], wish: Options) -> Given:
    """Make the texts and tables that the workloads read."""
    read = {each.text for each in wanted}
    return Given(
        corpus=wish.corpus or (data.corpus(wish.scale) if "corpus" in read else ""),
        few=data.few(wish.scale) if "few" in read else "",
        tpch=tpc.made("tpch", wish.scale / 4) if "tpch" in read else "",
        scale=wish.scale,
    )


def turn(
    found: Measurements, peer: Peer, group: list[Workload], given: Given, title: str, watched: bool
) -> None:
    """Run the workloads of a group that a peer has, and keep the results."""
    able_to = [each for each in group if able(peer, each, given)]
    if not able_to or (watched and group[0].name == "import"):
        return
    say(f"{title}: {peer.name}, {', '.join(each.name for each in able_to)}", end=" ")
    try:
        measured = run(peer, able_to, given, watched)
    except RunFailed as failure:
        say("failed")
        found.failed.append(str(failure))
        return
    say(f"({', '.join(f'{measured.seconds[each.name]:.3f} s' for each in able_to)})")
    keep(found, peer, able_to, measured, watched)


def keep(found: Measurements, peer: Peer, group: list[Workload], measured: Measured, watched: bool) -> None:
    """Keep the times, or the memory when that was watched, which takes time; compare the answers."""
    for each in group:
        if watched:
            found.bytes.setdefault(each.name, {})[peer.name] = measured.bytes[each.name]
        else:
            found.seconds.setdefault(each.name, {}).setdefault(peer.name, []).append(
                measured.seconds[each.name]
            )
        if each.name in measured.answers:
            compare(found, each.name, peer.name, comparable(each, peer, measured.answers[each.name]))


def comparable(workload: Workload, peer: Peer, answer: Any) -> Any:
    """Return an answer in the form of the job by hand, if there is one."""
    if peer.jobs == "hand":
        return {"by hand": answer}
    if not workload.hand:
        return answer
    hand = workload.hand_answer(answer)
    return {**(answer if isinstance(answer, dict) else {"answer": answer}), "by hand": hand}


def compare(found: Measurements, workload: str, who: str, answer: Any) -> None:
    """Note an answer that is not the one that was first given."""
    before = found.answers.setdefault(workload, answer)
    if not agree(before, answer):
        found.differing.append(f"{workload}: {who} says {answer}, before it was {before}")
    elif isinstance(before, dict) and isinstance(answer, dict):
        found.answers[workload] = {**answer, **before}  # what this one tells more is held against the next


def say(text: str, end: str = "\n") -> None:
    """Print progress where it does not mix with results."""
    print(text, file=sys.stderr, end=end, flush=True)


def ended(number: int, _: object) -> None:
    """End the measured process, and remove its files, before this process ends."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, ended)
    main()
