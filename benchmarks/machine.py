"""What the figures depend on: the machine, the versions, the date."""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
import textwrap

from peers import ROOT, Peer


def machine(peers: list[Peer]) -> dict[str, str]:
    """Return what the figures depend on, by name."""
    processor = _found("/proc/cpuinfo", "model name.*: (.*)")
    kilobytes = int(_found("/proc/meminfo", "MemTotal: *([0-9]+)"))
    system = _found("/etc/os-release", 'PRETTY_NAME="(.*)"')
    return {
        "processor": f"{len(os.sched_getaffinity(0))} cores of {processor}",
        "memory": f"{kilobytes / 1e6:.0f} GB",
        "system": f"{system}, Linux {'.'.join(platform.release().split('.')[:2])}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "Python": platform.python_version(),
        "Java": _java(),
        "Firesteel": _commit(),
        **{peer.name: _version(peer) for peer in peers if peer.jobs != "hand" and peer.name != "firesteel"},
    }


def described(machine: dict[str, str]) -> str:
    """Return what the figures depend on as a line of a page, folded."""
    return textwrap.fill("; ".join(f"{key} {value}" for key, value in machine.items()), 110)


def _found(path: str, pattern: str) -> str:
    with open(path, encoding="utf-8") as file:
        match = re.search(pattern, file.read())
    return match[1] if match else "unknown"


def _java() -> str:
    home = os.environ.get("JAVA_HOME")  # which both peers prefer
    told = _told([os.path.join(home, "bin", "java") if home else "java", "-version"], subprocess.STDOUT)
    match = re.search(r'version "(.*)"', told)
    return match[1] if match else "unknown"


def _commit() -> str:
    command = ["git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude=*"]
    return _told(command, subprocess.DEVNULL).strip() or "unknown"


def _told(command: list[str], errors: int) -> str:
    """Return what a program prints, nothing where there is no such program."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True).stdout
    except FileNotFoundError:
        return ""


def _version(peer: Peer) -> str:
    module = peer.module.partition(".")[0]
    command = [peer.python, "-c", f"import {module}; print({module}.__version__)"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=peer.environment())
    return told.stdout.strip()
