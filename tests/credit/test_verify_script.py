"""verify_certificate.py: short, offline, and no changed byte passes it. `LONG=1` tries every byte, which takes hours."""

import ast
import json
import os
import random
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from preceptor.credit.adapters import pdf_keys
from preceptor.credit.adapters.contexts import CREDENTIALS, OPEN_BADGES, context
from preceptor.credit.adapters.credential_keys import PROOFS, published_keys
from preceptor.credit.adapters.pades import check_pdf, sign_pdf
from preceptor.credit.adapters.typeset import typeset_certificate
from preceptor.credit.rules import face_of
from preceptor.kernel.hashing import canonical_json
from tests.credit.test_credentials import NOW, payload, signed
from tests.credit.test_forgeries import ROOT, script

__all__ = ["script"]
SCRIPT = ROOT / "verify_certificate.py"
LONG = bool(os.environ.get("LONG"))
SAMPLE = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, folder: Path) -> None:
    settings.VAR_DIR, settings.PUBLIC_URL = folder, "https://cme.example.org"


def made_pdf() -> bytes:
    words = payload(provider={"name": "Elm Street Medical Education", "address": "1 Main Street", "email": "", "phone": ""})
    return sign_pdf(typeset_certificate(face_of(words), payload_json=canonical_json(words), at=NOW).data, reason="Certificate", at=NOW)


@pytest.fixture(scope="module")
def once() -> dict[str, bytes]:
    return {}


@pytest.fixture
def pdf(once: dict[str, bytes]) -> bytes:
    """One signed certificate for all tests of this module."""
    if "pdf" not in once:
        once["pdf"] = made_pdf()
    return once["pdf"]


@pytest.fixture
def keys(pdf: bytes) -> dict[str, Any]:
    return {
        "keys": {key.key_id: key.raw.hex() for key in published_keys(PROOFS)},
        "pdf_certificates": [certificate.public_bytes(Encoding.PEM).decode() for certificate in pdf_keys.published_certificates()],
        "contexts": {url: context(url) for url in (CREDENTIALS, OPEN_BADGES)},
    }


def says(script: ModuleType, data: bytes, keys: dict[str, Any]) -> str:
    """What the script says of a PDF; "" is valid."""
    try:
        return next((why for holds, why in script.check_pdf(data, keys) if not holds), "")
    except Exception as wrong:
        return type(wrong).__name__


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """As anybody runs it, outside of this house: no Django, no settings, and a network that cannot be reached."""
    fence = "import sys, socket, runpy\ndef no(*a, **k): raise SystemExit('the network was asked for')\nsocket.socket.connect = socket.getaddrinfo = no\n"
    line = f"{fence}sys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')\nassert 'django' not in sys.modules and 'preceptor' not in sys.modules"
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-c", line, str(SCRIPT), *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60
    )


def test_it_is_short_and_needs_public_libraries_only() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 60 and max(map(len, text.splitlines())) <= 140
    imports = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imports - set(sys.stdlib_module_names) == {"cryptography", "pyhanko", "pyld"}


def test_without_files_it_says_how_it_is_called(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)
    assert (
        done.returncode == 1 and "python verify_certificate.py keys.json certificate.pdf" in done.stderr and "Traceback" not in done.stderr
    )


def test_it_runs_by_itself_without_a_network(pdf: bytes, keys: dict[str, Any], tmp_path: Path) -> None:
    document = signed()
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    (tmp_path / "ours.json").write_text(json.dumps(document))
    (tmp_path / "ours.pdf").write_bytes(pdf)
    (tmp_path / "altered.json").write_text(json.dumps(document).replace("Elm Street", "Oak Street"))
    (tmp_path / "altered.pdf").write_bytes(
        pdf.replace(b"/Producer", b"/Producir", 1) if b"/Producer" in pdf else pdf[:-20] + b"x" + pdf[-19:]
    )
    (tmp_path / "nothing.txt").write_text("nothing")
    for name, is_valid in {"ours.json": 1, "ours.pdf": 1, "altered.json": 0, "altered.pdf": 0, "nothing.txt": 0}.items():
        done = run("keys.json", name, cwd=tmp_path)
        assert done.returncode == (0 if is_valid else 1), (name, done)
        assert (done.stdout.startswith("VALID:") and not done.stderr) if is_valid else done.stderr.startswith("NOT VALID:"), (name, done)


def test_each_byte_that_is_signed_counts(script: ModuleType, pdf: bytes, keys: dict[str, Any]) -> None:
    """For the script and for the house alike."""
    assert says(script, pdf, keys) == "" and check_pdf(pdf).is_trusted
    start, length, after, rest = map(int, re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf).groups())  # type: ignore[union-attr]
    assert start == 0 and after + rest == len(pdf)
    places = [*range(start, start + length), *range(after, after + rest)]
    tried = places if LONG else [*random.Random(4).sample(places, SAMPLE), places[0], places[length - 1], places[length], places[-1]]
    for place in tried:
        forged = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert says(script, forged, keys), place
        found = check_pdf(forged)
        assert not (found.is_intact and found.is_trusted and found.covers_whole), place


def test_a_certificate_of_the_same_name_does_not_sign_for_us(
    script: ModuleType, pdf: bytes, keys: dict[str, Any], settings: Any, tmp_path: Path
) -> None:
    """Another house with the same address: the names in its certificates are the same, letter for letter."""
    settings.VAR_DIR = tmp_path
    forged = made_pdf()
    theirs = {certificate.subject.rfc4514_string() for certificate in pdf_keys.published_certificates()}
    settings.VAR_DIR = tmp_path.parent / "nobody"
    assert says(script, forged, keys) == "no published key signed it"
    assert len(theirs) == 2


def test_what_was_added_after_the_signature_fails(script: ModuleType, pdf: bytes, keys: dict[str, Any]) -> None:

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = generic.pdf_string("xx")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    for forged in (out.getvalue(), pdf + b"\n% one more line", pdf + pdf):
        assert says(script, forged, keys), len(forged)
        found = check_pdf(forged)
        assert not (found.is_intact and found.is_trusted and found.covers_whole)


def test_facts_that_were_swapped_below_the_signature_fail(script: ModuleType, pdf: bytes, keys: dict[str, Any]) -> None:
    """Other facts in the attachment, in a revision of their own: a reader of attachments alone would believe them."""

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = names[1]["/EF"]["/F"]
    stream._data = canonical_json(payload(amount="75.00"))
    stream._encoded_data = None
    writer.mark_update(names[1]["/EF"].raw_get("/F"))
    out = BytesIO()
    writer.write(out)
    forged = out.getvalue()
    assert says(script, forged, keys)
    found = check_pdf(forged)
    assert found.problem == "Something was added to this PDF after it was signed." and not found.covers_whole
    assert found.payload is None, "what was swapped is not even read"
