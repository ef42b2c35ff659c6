"""Files from anybody, looked at in a process of their own: with an end in time, in memory, and in what it may do.

The libraries behind a signature are large, and a small file can keep them busy for hours. So the worker hands a file over and waits for a
few seconds; what takes longer is not a certificate of ours.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from preceptor.credit.rules import FileKind, Verdict

log = logging.getLogger(__name__)
# Processor seconds, of which loading the libraries takes about one; seconds on the clock, for a machine that is busy; bytes of memory.
CPU_SECONDS, WALL_SECONDS, MEMORY = 8, 25, 1024 * 2**20
# Whatever a file says, the answer is not longer than this.
MOST_ANSWER = 2 * 2**20
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.remove", "os.rename", "shutil.", "ctypes.")


@dataclass(frozen=True)
class Inspection:
    """What a file says and what its signature says of it. `document` is the credential, or what is attached to a PDF: the file's own words."""

    verdict: str
    serial: str = ""
    document: dict[str, Any] | None = None
    signed_at: str = ""
    signer: str = ""


def inspect_file(kind: str, data: bytes) -> Inspection:
    """Look at a file in a process that cannot go on for ever. Never raises for what a file holds."""
    environment = {
        **os.environ,
        "VAR_DIR": str(settings.VAR_DIR),
        "PUBLIC_URL": settings.PUBLIC_URL,
        "PDF_KEY_PKCS12": settings.PDF_KEY_PKCS12,
    }
    line = [sys.executable, "-m", __name__, kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the kind is one of three words
            line, input=data, capture_output=True, timeout=WALL_SECONDS, env=environment, cwd=settings.BASE_DIR, check=False
        )
    except subprocess.TimeoutExpired:
        return Inspection(Verdict.TOO_SLOW)
    if done.returncode:
        # Ended by its limits, most likely: of time (a signal), or of memory.
        log.warning("A %s file was not checked: the process ended with %s.", kind, done.returncode)
        return Inspection(Verdict.TOO_SLOW)
    return Inspection(**json.loads(done.stdout))


def inspect_here(kind: str, data: bytes) -> Inspection:
    """The same in this process, without limits."""
    return _pdf(data) if kind == FileKind.PDF else _credential(data)


def _pdf(data: bytes) -> Inspection:
    from preceptor.credit.adapters.pades import check_pdf  # noqa: PLC0415 - heavy: only what is needed is loaded

    found = check_pdf(data)
    signed_at = found.signed_at.isoformat() if found.signed_at else ""
    if not found.signer:
        is_read = found.problem.startswith("This PDF is not signed")
        return Inspection(Verdict.FOREIGN if is_read else Verdict.UNREADABLE)
    said = found.payload
    serial = str((said or {}).get("serial", ""))[:40]
    if not found.is_trusted:
        return Inspection(Verdict.FOREIGN, serial, said, signed_at, found.signer)
    if not (found.is_intact and found.covers_whole):
        return Inspection(Verdict.ALTERED, serial, said, signed_at, found.signer)
    return Inspection(Verdict.INTACT if said and serial else Verdict.OTHER, serial, said, signed_at, found.signer)


def _credential(data: bytes) -> Inspection:
    from preceptor.credit.adapters.credentials import check_credential  # noqa: PLC0415 - heavy: only what is needed is loaded

    try:
        found = check_credential(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Inspection(Verdict.UNREADABLE)
    signed_at = str((found.document or {}).get("proof", {}).get("created", "")) if found.is_intact else ""
    return Inspection(Verdict.INTACT if found.is_intact else Verdict(found.problem), found.serial, found.document, signed_at, found.key_id)


def _confine() -> None:
    """From here on: limits of the system, no network, no other process, no file written or taken away."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & writing
        if is_write or (event.startswith(FORBIDDEN) and not event.startswith("socket.__new__")):
            raise PermissionError(f"{event} while a file is looked at")

    sys.addaudithook(refuse)


def _main() -> None:
    kind, data = sys.argv[1], sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)
    # Keys are read (and on the very first day made) before anything of the file is.
    from preceptor.credit.adapters.credential_keys import PROOFS, TOKENS, published_keys  # noqa: PLC0415 - needs settings
    from preceptor.credit.adapters.pdf_keys import published_certificates  # noqa: PLC0415 - needs settings

    published_keys(PROOFS), published_keys(TOKENS), published_certificates()
    _confine()
    answer = json.dumps(asdict(inspect_here(kind, data)))
    sys.stdout.write(answer if len(answer) <= MOST_ANSWER else json.dumps(asdict(Inspection(Verdict.UNREADABLE))))


if __name__ == "__main__":
    _main()
