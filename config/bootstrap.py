"""Makes .venv and installs the locked dependencies. Needs nothing but a Python from 3.11 to 3.13; run by the Makefile.

    python config/bootstrap.py run|dev

Says what it reused; every failure is one sentence on what to do, with exit status 1.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "install.log"
NO_NETWORK = (
    "Could not find a version",
    "Failed to establish",
    "NewConnectionError",
    "Temporary failure",
    "timed out",
    "Connection refused",
    "No matching distribution",
)


def stop(sentence: str) -> None:
    """End with one sentence."""
    print(f"make: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def check_python() -> None:
    """A Python that the locks were made for, able to make environments."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        stop(
            f"Preceptor needs Python 3.11, 3.12 or 3.13; {sys.executable} is {sys.version.split()[0]}. Call make with PYTHON=/path/to/python3.11."
        )
    try:
        import ensurepip  # noqa: F401, PLC0415 - what is looked for is whether it is there
        import venv  # noqa: F401, PLC0415
    except ImportError:
        stop("This Python has no venv module. On Debian or Ubuntu: apt install python3-venv; then run make again.")
    if not os.access(ROOT, os.W_OK):
        stop(f"The folder {ROOT} is read-only for you; copy it to a place where you may write, or run make as its owner.")


def lock_of(kind: str) -> Path:
    """The lock file of a kind of set-up."""
    return ROOT / "requirements" / f"{kind}.txt"


def stamp_of(kind: str) -> Path:
    """Where the digest of what was installed is kept."""
    return VENV / f".installed-{kind}"


def digest(kind: str) -> str:
    """What the environment has to be made from: the lock and the Python."""
    return hashlib.sha256(lock_of(kind).read_bytes() + sys.version.encode()).hexdigest()


def is_installed(kind: str) -> bool:
    """Was exactly this lock installed, by exactly this Python?"""
    return stamp_of(kind).exists() and stamp_of(kind).read_text() == digest(kind) and (VENV / "bin" / "python").exists()


def is_usable() -> bool:
    """Is .venv whole (an interrupted first run leaves half of one), and of this Python's version?"""
    if not (VENV / "bin" / "python").exists():
        return False
    ask = "import pip, sys; print(sys.version.split()[0])"
    answer = subprocess.run([str(VENV / "bin" / "python"), "-c", ask], capture_output=True, text=True)  # noqa: S603 - our own words
    return answer.stdout.strip() == sys.version.split()[0]


def install(kind: str) -> None:
    """Make the environment where it is missing, and install the lock with its hashes."""
    if is_installed(kind):
        print(f"Reusing .venv ({kind} set, up to date).")
        return
    if not is_usable():
        print("Making .venv …", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)  # noqa: S603 - our own words
        if made.returncode:
            stop(f"The virtual environment could not be made: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    print(f"Installing the locked packages ({kind} set); this takes a minute or two the first time …", flush=True)
    command = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(lock_of(kind)),
    ]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - our own words
    LOG.write_text(done.stdout + done.stderr)
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:] or ["unknown"]
        if any(sign in done.stderr for sign in NO_NETWORK):
            stop(
                f"The packages could not be fetched; is this machine connected to a package index? Details are in {LOG.relative_to(ROOT)}."
            )
        stop(f"The packages could not be installed: {last[0]} Details are in {LOG.relative_to(ROOT)}.")
    for covered in ("run", "dev") if kind == "dev" else ("run",):
        stamp_of(covered).write_text(digest(covered))


def main() -> None:
    """Check, then install."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    check_python()
    try:
        install(kind)
    except OSError as error:
        stop(f"Writing to {ROOT} failed: {error.strerror or error}.")


if __name__ == "__main__":
    main()
