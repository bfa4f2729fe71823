"""Install what tests and benchmarks need from Debian, only what is missing.

    python scripts/install_system.py test      what tests marked `system` need
    python scripts/install_system.py bench     what `make bench` needs as well
    python scripts/install_system.py --check bench    only say what is missing

Runs apt-get as root or through sudo. Where there is no apt-get it says what to install by hand
and exits with 1. Needs only Python 3.11+.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SETS: dict[str, dict[str, str]] = {
    "test": {
        "caddy": "caddy",
        "chromium": "chromium",
        "influxd": "influxdb",
        "lighttpd": "lighttpd",
        "nghttpd": "nghttp2-server",
        "nginx": "nginx-light",
        "prometheus": "prometheus",
        "tinyproxy": "tinyproxy-bin",
    },
    "bench": {
        "nginx": "nginx-light",
        "wrk": "wrk",
        "h2load": "nghttp2-client",
        "hey": "hey",
        "taskset": "util-linux",
    },
}
"""Per set: the Debian package that brings each command."""

SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin")


def missing_packages(commands: dict[str, str]) -> list[str]:
    """The packages whose command is not found, also in folders that only root has on its `PATH`."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
    return sorted(
        {package for command, package in commands.items() if shutil.which(command, path=path) is None}
    )


def by_hand(packages: Iterable[str], platform: str) -> str:
    """What to tell a person whose system has no apt-get.

    Args:
        packages: Names of Debian packages.
        platform: As `sys.platform` says.
    """
    names = ", ".join(packages)
    if platform == "darwin":
        return f"no apt-get here; install the likes of {names} by hand (brew install nginx wrk). The benchmarks need Linux."
    if platform.startswith("win"):
        return f"no apt-get here; use WSL or a Linux machine and install {names} there."
    return f"no apt-get here; install the packages that your distribution has for {names} by hand."


def privilege() -> list[str] | None:
    """What to put before a command to run it as root; None where that is impossible."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo] if sudo else None


def install(packages: list[str], prefix: list[str]) -> int:
    """Install with apt-get; package lists are refreshed only when the first attempt fails."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    command = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    print("running", " ".join(command), flush=True)
    code = subprocess.run(command, check=False).returncode
    if code != 0 and subprocess.run([*apt, "update"], check=False).returncode == 0:
        code = subprocess.run(command, check=False).returncode
    if code == 0 and {"nginx-light", "lighttpd"} & set(packages) and Path("/run/systemd/system").exists():
        print(
            "Debian starts web servers on port 80 as services; loadr does not need that: "
            "systemctl disable --now nginx lighttpd"
        )
    return code


def main() -> int:
    """Install the chosen sets; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sets", nargs="+", choices=sorted(SETS), metavar="SET", help="of: " + ", ".join(SETS))
    parser.add_argument(
        "--check", action="store_true", help="install nothing; exit with 1 when something is missing"
    )
    arguments = parser.parse_args()
    packages = missing_packages(
        {command: package for name in arguments.sets for command, package in SETS[name].items()}
    )
    if not packages:
        print("nothing to install")
        return 0
    if arguments.check:
        print(f"missing: {', '.join(packages)}")
        return 1
    if shutil.which("apt-get") is None:
        print(by_hand(packages, sys.platform), file=sys.stderr)
        return 1
    prefix = privilege()
    if prefix is None:
        print(f"not root and no sudo; as root: apt-get install {' '.join(packages)}", file=sys.stderr)
        return 1
    return install(packages, prefix)


if __name__ == "__main__":
    raise SystemExit(main())
