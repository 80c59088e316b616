"""Prepare a machine: system libraries, ``.venv`` and the locked packages.

Called by ``.ci/setup``, which has found a Python that is new enough. Only the
standard library is used, because nothing else is installed yet. Whatever goes
wrong ends in one line that says what to do, never in a traceback.

Profiles: ``run`` serves the platform, ``lint`` adds the tools of developers,
``test`` adds the browser, fonts and programs that the tests use.
"""

from __future__ import annotations

import argparse
import ctypes
import functools
import glob
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
#: Chromium without windows: the tests take a third less time with it.
HEADLESS = "chromium-headless-shell"
LOCKS = {
    "run": [ROOT / "requirements.lock"],
    # The lock for developers holds everything that the first one holds.
    "lint": [ROOT / "requirements-dev.lock", ROOT / "requirements.lock"],
    "test": [ROOT / "requirements-dev.lock", ROOT / "requirements.lock"],
}


class SetupError(Exception):
    """Set-up cannot go on; the text is one line for a person."""


@dataclass(frozen=True)
class Need:
    """Something outside Python that the platform or its tests use."""

    purpose: str
    is_present: Callable[[], bool]
    apt: tuple[str, ...]
    brew: tuple[str, ...]
    #: Where apt-get cannot have the first ones: older releases, mirrors that lack them.
    apt_else: tuple[str, ...] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps of a profile; return the exit code."""
    parser = argparse.ArgumentParser(prog=".ci/setup", description=__doc__)
    parser.add_argument("profile", nargs="?", default="run", choices=sorted(LOCKS))
    profile = parser.parse_args(arguments).profile
    steps: list[tuple[str, Callable[[], None]]] = [
        ("System libraries", functools.partial(provide_system_packages, profile)),
        ("Python environment", create_environment),
        ("Python packages", functools.partial(install_locked_packages, LOCKS[profile])),
    ]
    try:
        for number, (title, step) in enumerate(steps, start=1):
            say(f"[{number}/{len(steps)}] {title}")
            step()
    except SetupError as error:
        sys.stderr.write(f"Set-up stopped: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Set-up stopped: {error}. Correct that, then run it again.\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nSet-up interrupted; run it again to go on.\n")
        return 130
    return 0


# --- system packages -------------------------------------------------------------------


def provide_system_packages(profile: str) -> None:
    """Install what is missing, or say in one line how to; go on either way."""
    missing = [need for need in system_needs(profile) if not need.is_present()]
    if not missing:
        return detail("nothing is missing")
    purposes = "; ".join(need.purpose for need in missing)
    command = install_command(missing)
    if command is None:
        return detail(f"missing: {purposes}. Install with your package manager: {names(missing)}")
    if not may_install(command):
        return detail(f"missing: {purposes}. Install with: {shown(command)}")
    detail(f"installing {names(missing)} (can take some minutes)")
    failure = install(command)
    if failure and has_program("apt-get"):
        failure = install_one_by_one(need for need in missing if not need.is_present())
    missing = [need for need in missing if not need.is_present()]
    if missing:
        purposes = "; ".join(need.purpose for need in missing)
        retry = shown(install_command(missing) or command)
        detail(f"still missing: {purposes} ({failure or 'not found'}). Try: {retry}")
    return None


def system_needs(profile: str) -> list[Need]:
    """Return what a profile needs from the operating system."""
    if profile == "lint":
        return []
    needs = [
        Need(
            "Pango, without which certificates and other PDF files cannot be made",
            lambda: all(map(can_load, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))),
            ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
            ("pango",),
        )
    ]
    if profile == "test":
        needs += TEST_NEEDS
        if os.environ.get("CI") == "true":
            needs.append(POSTGRESQL)
    return needs


def can_load(library: str, version: int = 0) -> bool:
    """Tell whether the linker finds a shared library of this name."""
    candidates = [f"lib{library}.so.{version}", f"lib{library}.0.dylib"]
    candidates += [f"{prefix}/lib/lib{library}.0.dylib" for prefix in brew_prefixes()]
    for candidate in candidates:
        try:
            ctypes.CDLL(candidate)
        except OSError:
            continue
        return True
    return False


def has_program(*programs: str) -> bool:
    """Tell whether one of these programs is on the path."""
    return any(shutil.which(program) for program in programs)


def has_browser() -> bool:
    """Tell whether Chromium or Chrome is installed; CI wants the one without windows."""
    if os.environ.get("CI") == "true" and has_program("apt-get") and not is_ubuntu():
        return has_program(HEADLESS)
    applications = ("Chromium.app", "Google Chrome.app")
    return has_program(HEADLESS, "chromium", "chromium-browser", "google-chrome") or any(
        Path("/Applications", application).exists() for application in applications
    )


def has_chinese_font() -> bool:
    """Tell whether pages can show Chinese text; macOS always can."""
    if sys.platform == "darwin":
        return True
    if has_program("fc-list"):
        return bool(run(["fc-list", ":lang=zh-cn", "family"]).stdout.strip())
    return bool(glob.glob("/usr/share/fonts/**/*CJK*", recursive=True))


def has_postgresql_server() -> bool:
    """Tell whether the programs of a PostgreSQL server are installed."""
    patterns = ["/usr/lib/postgresql/*/bin/initdb"]
    patterns += [f"{prefix}/opt/postgresql*/bin/initdb" for prefix in brew_prefixes()]
    return has_program("initdb") or any(glob.glob(pattern) for pattern in patterns)


@functools.cache
def brew_prefixes() -> tuple[str, ...]:
    """Return where Homebrew may keep its libraries; nothing outside macOS."""
    return ("/opt/homebrew", "/usr/local") if sys.platform == "darwin" else ()


def is_ubuntu() -> bool:
    """Tell whether this is Ubuntu, where Chromium has another package name."""
    release = Path("/etc/os-release")
    return release.exists() and "\nID=ubuntu" in "\n" + release.read_text(encoding="utf-8")


TEST_NEEDS = [
    Need(
        "Chromium, for the browser tests",
        has_browser,
        ("chromium-browser",) if is_ubuntu() else (HEADLESS,),
        ("google-chrome",),  # the cask of Chromium itself is not signed, so macOS stops it
        apt_else=("chromium",),
    ),
    Need(
        "libatomic, for the program that drives the browser",
        lambda: sys.platform == "darwin" or can_load("atomic", version=1),
        ("libatomic1",),
        (),
    ),
    Need("a Chinese font, for the browser tests", has_chinese_font, ("fonts-noto-cjk",), ()),
    Need(
        "poppler's programs, for the tests of PDF files",
        lambda: has_program("pdftoppm"),
        ("poppler-utils",),
        ("poppler",),
    ),
]
POSTGRESQL = Need(
    "a PostgreSQL server, for the tests on PostgreSQL",
    has_postgresql_server,
    ("postgresql",),
    ("postgresql@17",),
)


def install_command(missing: Iterable[Need]) -> list[str] | None:
    """Return the command that installs what is missing, or None on an unknown system."""
    if has_program("apt-get"):
        packages = [package for need in missing for package in need.apt]
        return apt_install(packages)
    if has_program("brew"):
        return ["brew", "install", *(package for need in missing for package in need.brew)]
    return None


def apt_install(packages: Sequence[str]) -> list[str]:
    """Return the apt-get command for some packages, with sudo where it is needed."""
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    return [*sudo, "apt-get", "install", "-y", "--no-install-recommends", *packages]


def may_install(command: Sequence[str]) -> bool:
    """Tell whether the command can run here without asking anyone for a password."""
    if command[0] != "sudo":
        return True
    return has_program("sudo") and run(["sudo", "-n", "true"]).returncode == 0


def install(command: Sequence[str]) -> str:
    """Run a package manager quietly; return its error in one line, or nothing."""
    quiet = list(command)
    if "apt-get" in quiet:
        at = quiet.index("apt-get")
        sudo = ["sudo", "-n"] if at else []
        frontend = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
        waiting = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
        run([*frontend, *waiting, "update"])
        quiet = [*frontend, *waiting, *quiet[at + 1 :]]
    result = run(quiet)
    return "" if result.returncode == 0 else last_error(result)


def install_one_by_one(missing: Iterable[Need]) -> str:
    """Install each need by itself: what is nowhere to be had shall not keep the others away."""
    failure = ""
    for need in missing:
        said = install(apt_install(need.apt))
        if said and need.apt_else:
            said = install(apt_install(need.apt_else))
        failure = said or failure
    return failure


def names(missing: Iterable[Need]) -> str:
    """Return the names of the packages, for a sentence."""
    has_brew = has_program("brew") and not has_program("apt-get")
    return " ".join(
        package for need in missing for package in (need.brew if has_brew else need.apt)
    )


def shown(command: Sequence[str]) -> str:
    """Return a command as a person would type it, with fresh package lists for apt-get."""
    typed = " ".join(command)
    if "apt-get" not in command:
        return typed
    return f"{typed.partition(' install')[0]} update && {typed}"


# --- the environment and its packages --------------------------------------------------


def create_environment() -> None:
    """Create ``.venv``, or keep it where it works."""
    if environment_works():
        return detail("present")
    provide_venv_module()
    result = run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if result.returncode:
        raise SetupError(f"{VENV.name} could not be created: {last_error(result)}")
    return detail(f"created with Python {sys.version.split()[0]}")


def environment_works() -> bool:
    """Tell whether ``.venv`` has a Python that is new enough, and pip."""
    if not VENV_PYTHON.exists():
        return False
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return run([str(VENV_PYTHON), "-c", check]).returncode == 0


def provide_venv_module() -> None:
    """Install Debian's package for ``venv`` where Python came without it."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    command = apt_install([package])
    if not has_program("apt-get"):
        raise SetupError("this Python lacks the modules venv and ensurepip; install them")
    if not may_install(command):
        raise SetupError(f"{package} is missing. Install it with: {shown(command)}")
    detail(f"installing {package}")
    failure = install(command)
    if failure:
        raise SetupError(f"{package} could not be installed ({failure}). Try: {shown(command)}")
    importlib.invalidate_caches()


def install_locked_packages(locks: Sequence[Path]) -> None:
    """Install the first lock unless it is installed; each lock leaves its stamp."""
    stamps = {VENV / f".{lock.name}.sha256": digest(lock) for lock in locks}
    if all(stamp.exists() and stamp.read_text() == sha for stamp, sha in stamps.items()):
        return detail("as locked")
    lock = locks[0]
    detail("downloading and installing (a minute or two)")
    result = follow_pip(lock)
    if "DO NOT MATCH THE HASHES" in result.stdout:
        raise SetupError(
            f"a downloaded package is not the one that {lock.name} names, so nothing was"
            " installed (after a change of versions: make lock)"
        )
    if result.returncode:
        raise SetupError(
            f"pip could not install {lock.name}: {last_error(result)}"
            " (check the connection to the package index, then run it again)"
        )
    for stamp, sha in stamps.items():
        stamp.write_text(sha)
    return None


def follow_pip(lock: Path) -> subprocess.CompletedProcess[str]:
    """Install a lock with its hashes, saying now and then how far it is."""
    total = sum(line[:1].isalnum() for line in lock.read_text(encoding="utf-8").splitlines())
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", "--require-hashes", "-r", str(lock)]
    output: list[str] = []
    seen = 0
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if line.startswith(("Collecting ", "Processing ", "Requirement already satisfied")):
                seen += 1
                if seen % 25 == 0:
                    detail(f"{seen} of about {total}")
    return subprocess.CompletedProcess(command, process.returncode, "".join(output), "")


def digest(lock: Path) -> str:
    """Return the fingerprint of a lock; a missing lock ends set-up."""
    if not lock.exists():
        raise SetupError(f"{lock.name} is missing. Restore it with: git checkout {lock.name}")
    return hashlib.sha256(lock.read_bytes()).hexdigest()


# --- helpers ---------------------------------------------------------------------------


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command without input; return its result, also where it cannot start."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: {error.strerror}")


def last_error(result: subprocess.CompletedProcess[str]) -> str:
    """Return the line of a command's output that says most about its failure."""
    lines = [line.strip() for line in (result.stdout + "\n" + result.stderr).splitlines()]
    lines = [line for line in lines if line]
    errors = [line for line in lines if line.startswith(("E:", "ERROR", "Error"))]
    return (errors or lines or [f"exit code {result.returncode}"])[-1]


def say(text: str) -> None:
    """Tell the person; standard output is left to what the target prints."""
    sys.stderr.write(text + "\n")


def detail(text: str) -> None:
    """Print what a step found or does, below its title."""
    say(f"      {text}")


if __name__ == "__main__":
    sys.exit(main())
