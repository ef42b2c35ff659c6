"""What a newcomer meets first: each thing that can be wrong is one clear sentence."""

import errno
import os
import resource
import shutil
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from config import bootstrap
from config.management.commands.up import one_sentence_each
from tests.house.floors import ROOT
from tests.house_running import FONTS


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of its own, with a lock that asks for nothing."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / ".venv" / "install.log")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_an_environment_is_made_once_and_reused(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.install("run")
    assert bootstrap.is_installed("run")
    capsys.readouterr()
    bootstrap.install("run")
    assert capsys.readouterr().out == "Reusing .venv (run set, up to date).\n"


def test_half_an_environment_is_made_anew(elsewhere: Path) -> None:
    venv.create(elsewhere / ".venv", with_pip=False)
    assert not bootstrap.is_usable()
    bootstrap.install("run")
    assert bootstrap.is_usable()


def test_a_changed_lock_is_installed_again(elsewhere: Path) -> None:
    bootstrap.install("run")
    (elsewhere / "requirements" / "run.txt").write_text("# changed\n")
    assert not bootstrap.is_installed("run")


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_refused_with_what_to_do(
    version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit):
        bootstrap.check_python()
    assert "needs Python 3.11, 3.12 or 3.13" in said(capsys)
    assert "PYTHON=" in bootstrap.__doc__ or "PYTHON=" in (ROOT / "config" / "bootstrap.py").read_text()


def test_a_python_without_venv_says_which_package_helps(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit):
        bootstrap.check_python()
    assert "apt install python3-venv" in said(capsys)


def test_a_folder_that_cannot_be_written_is_named(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(SystemExit):
        bootstrap.check_python()
    assert f"The folder {elsewhere} is read-only for you" in said(capsys)


def test_no_network_is_said_as_such(elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "requirements" / "run.txt").write_text(f"nothing-that-exists==1.0 --hash=sha256:{'0' * 64}\n")
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(SystemExit):
        bootstrap.install("run")
    assert "is this machine connected to a package index?" in said(capsys)
    assert not bootstrap.is_installed("run")


def up(**environment: str) -> subprocess.CompletedProcess[str]:
    """Start the house with other settings, and hear what it says."""
    given = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "manage.py", "up"], cwd=ROOT, env=given | environment, capture_output=True, text=True, timeout=120
    )


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = up(PORT=port, VAR_DIR=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr == f"CommandError: Port {port} is in use by another program; end that one, or choose another with PORT=…\n"


def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    answer = up(PORT="0", VAR_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing", EMAIL_URL="smtp://127.0.0.1:9")
    assert answer.returncode == 1
    assert answer.stderr.startswith("CommandError: The database could not be opened or written:")
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [("PORT", "abc", "Not a valid integer."), ("PORT", "80000", "less than or equal to 65510."), ("EMAIL_TIMEOUT", "soon", "integer.")],
)
def test_a_setting_that_cannot_be_is_one_sentence(tmp_path: Path, setting: str, value: str, words: str) -> None:
    answer = up(**{"VAR_DIR": str(tmp_path), setting: value})
    assert answer.returncode == 1
    assert answer.stderr.startswith(f'Environment variable "{setting}" invalid: ')
    assert answer.stderr.endswith(f"{words} Each setting is told in docs/settings.md.\n")


def test_a_folder_for_the_data_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = up(VAR_DIR=str(tmp_path / "file"), SECRET_KEY="")
    assert answer.returncode == 1
    assert answer.stderr == f"{tmp_path / 'file'} cannot be written (File exists); set VAR_DIR to a folder where you may write.\n"


def test_a_disk_that_is_full_is_one_sentence_and_made_up_for_by_the_next_run(tmp_path: Path) -> None:
    """No file may grow beyond 40 KB: the next best thing to a full disk that anybody's tests can make."""
    given = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}}
    if FONTS.exists():
        shutil.copytree(FONTS, tmp_path / "fonts")

    def run(limit: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "up", "--prepare-only", "--no-demo"],
            cwd=ROOT,
            env=given | {"VAR_DIR": str(tmp_path), "PORT": "0"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)),
            capture_output=True,
            text=True,
            timeout=300,
        )

    full = run(40_000)
    assert full.returncode == 1
    assert full.stderr.startswith("CommandError: The database could not be opened or written: ")
    assert len(full.stderr.strip().splitlines()) == 1, full.stderr
    again = run(resource.RLIM_INFINITY)
    assert again.returncode == 0, again.stderr


def test_a_file_that_does_not_fit_is_one_sentence_with_its_place() -> None:
    with (
        pytest.raises(CommandError, match=r"^/var/full cannot be written \(No space left on device\); make room, or set VAR_DIR"),
        one_sentence_each(),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/full")


def test_no_lock_file_names_an_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_the_make_file_is_told_by_make_help() -> None:
    if not shutil.which("make"):
        pytest.fail("make is not installed")
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    for target in ("run", "test", "check"):
        assert f"make {target}\t" in told
