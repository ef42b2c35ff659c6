"""The signature of a PDF: made, kept from harming what the file promises, and found out whenever anything was changed."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pikepdf
import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, load_der_public_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from preceptor.credit.adapters import pades, pdf_keys
from preceptor.credit.adapters.inspection import inspect_here
from preceptor.credit.adapters.pades import check_pdf, sign_pdf
from preceptor.credit.adapters.typeset import typeset_certificate
from preceptor.credit.rules import FileKind, Verdict, face_of
from tests.credit.payloads import AT, attached, payload_for
from tests.credit.time_authority import made_certificate, made_root, usage

# Every byte in a long run, samples otherwise.
IS_LONG = os.environ.get("LONG") == "1"
SAMPLES = 60


@cache
def plain_pdf() -> bytes:
    return typeset_certificate(face_of(payload_for()), payload_json=attached(payload_for()), paper="letter", at=AT).data


@cache
def signed_pdf() -> bytes:
    return sign_pdf(plain_pdf(), reason="Certificate of Credit", at=AT)


def byte_range(data: bytes) -> tuple[int, int, int]:
    first, second, length = map(int, re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data).groups())  # type: ignore[union-attr]
    return first, second, length


def changed(data: bytes, place: int, by: int = 1) -> bytes:
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


# --- other people's code ------------------------------------------------------------------------------------------------------------------


def pyhanko_says(data: bytes) -> bool:
    """Is it whole and valid, for pyHanko alone?"""
    try:
        (found,) = PdfFileReader(BytesIO(data)).embedded_regular_signatures
        moment = found.signer_cert.not_valid_before + timedelta(seconds=1)
        status = validate_pdf_signature(found, ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False, moment=moment))
    except Exception:
        return False
    return status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def pdfsig_says(data: bytes, folder: Path) -> bool:
    """The same, for poppler."""
    (folder / "asked.pdf").write_bytes(data)
    said = subprocess.run([shutil.which("pdfsig") or "pdfsig", str(folder / "asked.pdf")], capture_output=True, text=True, errors="replace")
    return said.stdout.count("Signature is Valid.") == 1 and "Total document signed" in said.stdout


needs_pdfsig = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed")


# --- B-B ----------------------------------------------------------------------------------------------------------------------------------


@needs_pdfsig
def test_a_signed_pdf_is_valid_for_us_pyhanko_and_poppler(tmp_path: Path) -> None:
    check = check_pdf(signed_pdf())
    assert check.problem == "" and check.is_intact and check.is_trusted and check.covers_whole and check.signed_at == AT
    assert check.payload == {key: value for key, value in payload_for().items() if key != "identifiers"}
    assert pyhanko_says(signed_pdf()) and pdfsig_says(signed_pdf(), tmp_path)


def test_it_is_a_baseline_signature_that_certifies() -> None:
    (found,) = PdfFileReader(BytesIO(signed_pdf())).embedded_regular_signatures
    sig = found.sig_object
    assert sig["/SubFilter"] == "/ETSI.CAdES.detached" and sig["/Reason"] == "Certificate of Credit"
    assert sig["/Reference"][0]["/TransformParams"]["/P"] == 1
    attributes = {one["type"].native for one in found.signer_info["signed_attrs"]}
    # PAdES: the certificate is signed for, and the time stands in the dictionary only (ETSI EN 319 142-1).
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= attributes and "signing_time" not in attributes
    assert (
        found.md_algorithm == "sha256" and found.signer_cert.public_key.algorithm == "rsa" and found.signer_cert.public_key.bit_size == 3072
    )
    assert len(list(found.other_embedded_certs)) == 1


def test_the_same_file_key_and_second_give_the_same_bytes() -> None:
    assert sign_pdf(plain_pdf(), reason="Certificate of Credit", at=AT + timedelta(milliseconds=3)) == signed_pdf()


def promises_kept(before: bytes, after: bytes) -> None:
    """PDF/A-3a and PDF/UA-1 as far as signing could touch them (there is no full validator to install here)."""
    assert after.startswith(before), "signing adds, it changes nothing"
    with pikepdf.open(BytesIO(before)) as old, pikepdf.open(BytesIO(after)) as new:
        assert new.pdf_version == old.pdf_version == "1.7" and "/Version" not in new.Root
        # ETSI's own extension, which PAdES asks for; none of PDF 2.0.
        assert list(new.Root.Extensions) == ["/ESIC"] and new.Root.Extensions.ESIC.BaseVersion == "/1.7"
        assert new.Root.Metadata.read_raw_bytes() == old.Root.Metadata.read_raw_bytes()
        for key in ("/MarkInfo", "/Lang", "/ViewerPreferences", "/OutputIntents", "/Names", "/AF", "/StructTreeRoot"):
            assert new.Root[key].unparse(resolved=False) == old.Root[key].unparse(resolved=False), key
        assert [page.Contents.objgen for page in new.pages] == [page.Contents.objgen for page in old.pages]
        assert new.Root.AF[0].EF.F.read_bytes() == old.Root.AF[0].EF.F.read_bytes() and new.Root.AF[0].AFRelationship == "/Source"
        form, (widget,) = new.Root.AcroForm, new.pages[0].Annots[-1:]
        assert form.SigFlags == 3 and "/NeedAppearances" not in form and "/XFA" not in form
        # PDF/A: printed, not hidden, without extent as it has no appearance. PDF/UA: off the page, named, and the page keeps its order.
        assert (
            widget.FT == "/Sig"
            and [float(side) for side in widget.Rect] == [-1, -1, -1, -1]
            and int(widget.F) & 0x123 == 0
            and int(widget.F) & 4
        )
        assert widget.TU == "Signature" and new.pages[0].Tabs == "/S"
        # PDF/A: of the permissions DocMDP alone, and its reference without digests.
        assert list(new.Root.Perms) == ["/DocMDP"] and not {"/DigestMethod", "/DigestValue"} & set(
            new.Root.Perms.DocMDP.Reference[0].keys()
        )
        assert "/ID" in new.trailer and new.trailer.ID[0] == old.trailer.ID[0] and "/Encrypt" not in new.trailer
        assert new.check_pdf_syntax() == []  # qpdf --check


def test_signing_breaks_none_of_the_promises() -> None:
    promises_kept(plain_pdf(), signed_pdf())


# --- alterations --------------------------------------------------------------------------------------------------------------------------


def signed_places() -> list[int]:
    """Places in what the signature covers: the beginnings and ends, and some between; all of them in a long run."""
    first, second, length = byte_range(signed_pdf())
    every = [*range(first), *range(second, second + length)]
    return every if IS_LONG else sorted({0, first - 1, second, len(signed_pdf()) - 1, *random.Random(4).sample(every, SAMPLES)})


@needs_pdfsig
@pytest.mark.timeout(0 if IS_LONG else 180)
def test_any_byte_that_was_changed_is_found_by_us_pyhanko_and_poppler(tmp_path: Path) -> None:
    for place in signed_places():
        altered = changed(signed_pdf(), place)
        assert check_pdf(altered).problem, place
        # In a long run other people's programs look at a part: each look costs them a process.
        if not IS_LONG or place % 997 == 0:
            assert not pyhanko_says(altered), place
            assert not pdfsig_says(altered, tmp_path), place


def test_the_signature_itself_has_one_spelling() -> None:
    """It cannot cover its own bytes; a change in them is found all the same."""
    first, second, _ = byte_range(signed_pdf())
    places = range(first, second) if IS_LONG else [*range(first, first + 700), *random.Random(5).sample(range(first, second), SAMPLES)]
    for place in places:
        for by in (1, 0x20):
            assert check_pdf(changed(signed_pdf(), place, by)).problem, (place, by)


def with_revision(data: bytes) -> bytes:
    """As an editor would add: another title in a new revision."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    writer.root[pdf_name("/Lang")] = writer.root["/Lang"].__class__("fr")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_shadow(data: bytes) -> bytes:
    """The page shows another drawing than the one that was signed: content replaced in a revision that is written by hand."""
    reader = PdfFileReader(BytesIO(data))
    page = reader.root["/Pages"]["/Kids"].raw_get(0)
    place = reader.root["/Pages"]["/Kids"][0].raw_get("/Contents").idnum
    size, root = int(reader.trailer["/Size"]), reader.trailer.raw_get("/Root").idnum
    drawn = b"BT /f0 40 Tf 100 300 Td (Another name) Tj ET"
    start = len(data)
    body = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (place, len(drawn), drawn)
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    assert page.idnum
    return data + body + table % (place, start, size, root, before, start + len(body))


def signed_by_another(data: bytes) -> bytes:
    key = generate_private_key(65537, 2048)
    certificate = made_certificate(
        "Certificates of 127.0.0.1:8000", key, extensions=[(usage("digital_signature", "content_commitment"), True)]
    )
    secret = serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"pw"))
    signer = signers.SimpleSigner.load_pkcs12_data(secret, [], passphrase=b"pw")
    out = BytesIO()
    with patch("pyhanko.sign.validation.read_certification_data", return_value=None):  # who attacks does not ask whether they may
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), signers.PdfSignatureMetadata(field_name="Other"), signer, output=out)
    return out.getvalue()


def without_signature(data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data)) as pdf:
        del pdf.Root.AcroForm, pdf.Root.Perms
        del pdf.pages[0].Annots[-1]
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def rewritten(data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data)) as pdf:
        out = BytesIO()
        pdf.save(out, linearize=True)
    return out.getvalue()


def with_other_range(data: bytes) -> bytes:
    """The signature is told to cover less, in the same number of bytes."""
    first, second, length = byte_range(data)
    return data.replace(b"[0 %d %d %d]" % (first, second, length), b"[0 %d %d %d]" % (first, second, length - 1))


ADDED = "Something was added to this PDF after it was signed."
ALTERED = "This PDF was altered after it was signed."
CUT = "This PDF is not complete: its end is missing."
ATTACKS = {
    "a revision": (with_revision, {ADDED}),
    "a shadow": (with_shadow, {ADDED}),
    "one more byte": (lambda data: data + b"\n", {ADDED}),
    "another signature": (signed_by_another, {ADDED}),
    "a byte before": (lambda data: b" " + data, {ALTERED, "The signature of this PDF cannot be read. It was altered or damaged."}),
    "one byte less": (lambda data: data[:-1], {CUT}),
    "half of it": (lambda data: data[: byte_range(data)[1] - 200], {"This PDF is not signed."}),
    "the unsigned one": (lambda data: plain_pdf(), {"This PDF is not signed."}),
    "signature removed": (without_signature, {"This PDF is not signed."}),
    "rewritten": (rewritten, {ALTERED, CUT, "This PDF is not signed.", "The signature of this PDF cannot be read. It was altered or damaged."}),
    "another's signature": (lambda data: signed_by_another(plain_pdf()), {"This PDF was signed with a key that is not ours."}),
    "a smaller range": (with_other_range, {ALTERED}),
    "no pdf": (lambda data: b"certificate", {"This file is not a PDF."}),
    "nothing": (lambda data: b"", {"This file is not a PDF."}),
    "a range of nonsense": (lambda data: b"%PDF-1.7 /ByteRange [0 8 20 5] <zz>zzzzzzzzzzzzzzzz", {"The signature of this PDF cannot be read. It was altered or damaged."}),
}  # fmt: skip


@needs_pdfsig
@pytest.mark.parametrize("attack", ATTACKS)
def test_every_attack_is_found_and_told_in_words(attack: str, tmp_path: Path) -> None:
    attacked = ATTACKS[attack][0](signed_pdf())
    check = check_pdf(attacked)
    assert check.problem in ATTACKS[attack][1]
    assert check.payload is None and not (check.is_intact and check.is_trusted and check.covers_whole)
    if attack != "another's signature":  # which is a good signature, only not ours
        assert not pyhanko_says(attacked) and not pdfsig_says(attacked, tmp_path)


def test_a_stranger_signature_around_ours_is_not_ours() -> None:
    """A file of a stranger that carries a whole file of ours inside is judged by its own bytes."""
    stranger = b"%PDF-1.7\n" + signed_pdf()
    assert check_pdf(stranger).problem


def test_a_hostile_file_is_not_read_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not ours never reaches a PDF parser, which a small file could keep busy for long."""
    monkeypatch.setattr(pades, "PdfFileReader", lambda *_: pytest.fail("it was read"))
    for hostile in (with_shadow(signed_pdf()), changed(signed_pdf(), 500), b"%PDF-1.7 " + b"/ByteRange [0 9 99 9] " * 50_000):
        assert check_pdf(hostile).problem


# --- keys ---------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_keys(settings: Any, tmp_path: Path) -> Path:
    """A house without keys yet."""
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var" / "keys"


def test_a_chain_is_made_once_though_many_begin_at_once(own_keys: Path, tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from preceptor.credit.adapters.pdf_keys import signing_key; "
        "from cryptography.hazmat.primitives import hashes; print(signing_key().certificate.fingerprint(hashes.SHA256()).hex())"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "VAR_DIR": str(tmp_path / "var")}
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=env, cwd=django_settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({process.communicate(timeout=150)[0].strip() for process in running}) == 1
    assert sorted(path.name for path in own_keys.iterdir()) == ["pdf-certificates", "pdf.pem"]
    assert (own_keys / "pdf.pem").stat().st_mode & 0o777 == 0o600 and own_keys.stat().st_mode & 0o777 == 0o700
    assert len(list((own_keys / "pdf-certificates").iterdir())) == 2


def test_threads_make_one_chain(own_keys: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: pdf_keys.signing_key().certificate.fingerprint(hashes.SHA256()), range(4)))
    assert len(set(keys)) == 1


def test_a_rotated_key_still_vouches_for_what_it_signed(own_keys: Path) -> None:
    first = sign_pdf(plain_pdf(), reason="x", at=AT)
    secret = (own_keys / "pdf.pem").read_bytes()
    pdf_keys.rotate()
    second = sign_pdf(plain_pdf(), reason="x", at=AT)
    assert check_pdf(first).problem == check_pdf(second).problem == "" and check_pdf(first).signer == check_pdf(second).signer
    assert first != second and len(pdf_keys.published_certificates()) == 4
    assert secret not in b"".join(path.read_bytes() for path in own_keys.rglob("*") if path.is_file())


def test_a_certificate_that_is_taken_out_is_trusted_no_more(own_keys: Path) -> None:
    signed = sign_pdf(plain_pdf(), reason="x", at=AT)
    pdf_keys.rotate()
    for path in (own_keys / "pdf-certificates").iterdir():
        path.unlink()
    assert check_pdf(signed).problem == "This PDF was signed with a key that is not ours."


def pkcs12(folder: Path, *, crl_url: str = "", ends: datetime | None = None) -> tuple[Path, tuple[x509.Certificate, RSAPrivateKey]]:
    """A bought certificate: a PKCS#12 file, with the root that issued it."""
    root = made_root("Sample issuer of certificates")
    key = generate_private_key(65537, 3072)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (usage("digital_signature", "content_commitment"), True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(root[1].public_key()), False),
    ]
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        extensions.append((x509.CRLDistributionPoints([point]), False))
    certificate = made_certificate("Elm Street Medical Education", key, root, extensions=extensions, ends=ends)
    path = folder / "bought.p12"
    path.write_bytes(serialize_key_and_certificates(b"own", key, certificate, [root[0]], BestAvailableEncryption(b"pass word")))
    return path, root


def test_a_bought_certificate_signs(own_keys: Path, settings: Any, tmp_path: Path) -> None:
    settings.PDF_KEY_PKCS12, settings.PDF_KEY_PASSWORD = str(pkcs12(tmp_path)[0]), "pass word"
    signed = sign_pdf(plain_pdf(), reason="x", at=AT)
    check = check_pdf(signed)
    assert check.problem == "" and check.signer == "CN=Elm Street Medical Education" and pyhanko_says(signed)
    promises_kept(plain_pdf(), signed)
    # Back to the house's own: the bought one's signatures stay ours.
    settings.PDF_KEY_PKCS12 = ""
    assert check_pdf(signed).problem == "" and (own_keys / "pdf.pem").read_bytes() not in signed


def test_a_wrong_password_or_kind_of_key_is_told(own_keys: Path, settings: Any, tmp_path: Path) -> None:
    settings.PDF_KEY_PKCS12, settings.PDF_KEY_PASSWORD = str(pkcs12(tmp_path)[0]), "wrong"
    with pytest.raises(ImproperlyConfigured, match="PDF_KEY_PASSWORD"):
        sign_pdf(plain_pdf(), reason="x", at=AT)
    curve = ec.generate_private_key(ec.SECP256R1())
    certificate = made_certificate("Curve", curve, extensions=[])  # type: ignore[arg-type]
    path = tmp_path / "curve.p12"
    path.write_bytes(serialize_key_and_certificates(b"x", curve, certificate, None, NoEncryption()))
    settings.PDF_KEY_PKCS12, settings.PDF_KEY_PASSWORD = str(path), ""
    with pytest.raises(ImproperlyConfigured, match="RSA"):
        sign_pdf(plain_pdf(), reason="x", at=AT)


def test_an_ended_certificate_signs_and_says_so(own_keys: Path, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings.PDF_KEY_PKCS12, settings.PDF_KEY_PASSWORD = str(pkcs12(tmp_path, ends=datetime(2026, 6, 1, tzinfo=UTC))[0]), "pass word"
    assert check_pdf(sign_pdf(plain_pdf(), reason="x", at=AT)).problem == ""
    assert "ended on 2026-06-01" in caplog.text


SOFTHSM = next(
    (path for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")) if path.exists()), None
)


@pytest.mark.skipif(SOFTHSM is None, reason="needs Debian's softhsm2")
def test_a_token_signs_and_its_key_stays_in_it(own_keys: Path, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    tool = ["softhsm2-util", "--init-token", "--free", "--label", "elm", "--pin", "123456", "--so-pin", "654321"]
    subprocess.run(tool, check=True, capture_output=True)
    library = pkcs11.lib(str(SOFTHSM))
    library.reinitialize()
    path, root = pkcs12(tmp_path)
    with library.get_token(token_label="elm").open(rw=True, user_pin="123456") as session:
        public, private = session.generate_keypair(pkcs11.KeyType.RSA, 3072, store=True, label="signing")
        der = encode_rsa_public_key(public)
        made = x509.load_der_x509_certificate(certificate_for(der, root))
        session.create_object(
            {**decode_x509_certificate(made.public_bytes(Encoding.DER)), pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "signing"}
        )
        assert private[pkcs11.Attribute.SENSITIVE]
    settings.PDF_KEY_PKCS11_MODULE, settings.PDF_KEY_PKCS11_TOKEN = str(SOFTHSM), "elm"
    settings.PDF_KEY_PKCS11_LABEL, settings.PDF_KEY_PKCS11_PIN = "signing", "123456"
    pades._token_signer.cache_clear()
    signed = sign_pdf(plain_pdf(), reason="x", at=AT)
    check = check_pdf(signed)
    assert check.problem == "" and check.signer == "CN=Key in a token" and pyhanko_says(signed)
    promises_kept(plain_pdf(), signed)
    # A session that the token ended is opened again.
    pades._token_signer(*pades._token_settings())[0].pkcs11_session.close()
    assert check_pdf(sign_pdf(plain_pdf(), reason="x", at=AT)).problem == ""
    pades._token_signer.cache_clear()


def certificate_for(public_key: bytes, root: tuple[x509.Certificate, RSAPrivateKey]) -> bytes:
    """A certificate for a key that never leaves its token."""
    public: Any = load_der_public_key(public_key)
    holder = type("Holder", (), {"public_key": lambda self: public})()
    made = made_certificate("Key in a token", holder, root, extensions=[(usage("digital_signature", "content_commitment"), True)])
    return made.public_bytes(Encoding.DER)


# --- time -----------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A time-stamp authority in a process of its own: its folder and address."""
    folder = tmp_path / "authority"
    folder.mkdir()
    code = [sys.executable, "-m", "tests.credit.time_authority", str(folder)]
    with subprocess.Popen(code, cwd=django_settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield folder, f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


@needs_pdfsig
def test_an_authority_stamps_the_time(own_keys: Path, authority: tuple[Path, str], settings: Any, tmp_path: Path) -> None:
    folder, url = authority
    settings.PDF_TIMESTAMP_URL, settings.PDF_TIMESTAMP_ROOTS = f"{url}/stamp", str(folder / "root.pem")
    before = datetime.now(UTC).replace(microsecond=0)
    signed = sign_pdf(plain_pdf(), reason="x", at=AT)
    check = check_pdf(signed)
    assert check.problem == "" and check.signed_at == AT and check.stamped_at and before <= check.stamped_at <= datetime.now(UTC)
    assert pyhanko_says(signed) and pdfsig_says(signed, tmp_path) and (folder / "asked").read_text() == "x"
    promises_kept(plain_pdf(), signed)
    # Whom a house does not know it does not believe the time; the signature stands all the same.
    settings.PDF_TIMESTAMP_ROOTS = ""
    check = check_pdf(signed)
    assert check.problem == "" and check.stamped_at is None
    # The stamp lies outside of what the signature covers; a change in it is found.
    first, second, _ = byte_range(signed)
    token = signed.rindex(b"53616D706C652074696D652D7374616D7020617574686F72697479", first, second)
    for place in random.Random(6).sample(range(token, token + 2000), 40):
        assert check_pdf(changed(signed, place)).problem, place


def test_an_ill_or_absent_authority_keeps_no_certificate_back(
    own_keys: Path, authority: tuple[Path, str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    folder, url = authority
    (folder / "ill").touch()
    for asked in (f"{url}/stamp", "http://user:secret@127.0.0.1:9/stamp"):
        settings.PDF_TIMESTAMP_URL = asked
        check = check_pdf(sign_pdf(plain_pdf(), reason="x", at=AT))
        assert check.problem == "" and check.stamped_at is None
    assert caplog.text.count("without a time stamp of 127.0.0.1") == 2 and "secret" not in caplog.text


def test_proofs_of_long_term_are_taken_in(own_keys: Path, authority: tuple[Path, str], settings: Any, tmp_path: Path) -> None:
    folder, url = authority
    path, root = pkcs12(tmp_path, crl_url=f"{url}/crl")
    now = datetime.now(UTC)
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root[0].subject)
        .last_update(now - timedelta(days=1))
        .next_update(now + timedelta(days=30))
    )
    (folder / "crl.der").write_bytes(revoked.sign(root[1], hashes.SHA256()).public_bytes(Encoding.DER))
    settings.PDF_KEY_PKCS12, settings.PDF_KEY_PASSWORD = str(path), "pass word"
    settings.PDF_TIMESTAMP_URL, settings.PDF_TIMESTAMP_ROOTS, settings.PDF_LONG_TERM = f"{url}/stamp", str(folder / "root.pem"), True
    signed = sign_pdf(plain_pdf(), reason="x", at=AT)
    check = check_pdf(signed)
    assert check.problem == "" and check.stamped_at and pyhanko_says(signed)
    promises_kept(plain_pdf(), signed)
    with pikepdf.open(BytesIO(signed)) as pdf:
        held = {x509.load_der_x509_certificate(one.read_bytes()).subject.rfc4514_string() for one in pdf.Root.DSS.Certs}
        assert {"CN=Elm Street Medical Education", "CN=Sample issuer of certificates", "CN=Sample time-stamp authority"} <= held
        assert [x509.load_der_x509_crl(one.read_bytes()).issuer for one in pdf.Root.DSS.CRLs] == [root[0].subject]


def test_what_cannot_be_proven_for_long_is_stamped_all_the_same(
    own_keys: Path, authority: tuple[Path, str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """An authority whose root nobody named: the proofs are left out, the stamp is not."""
    folder, url = authority
    settings.PDF_TIMESTAMP_URL, settings.PDF_LONG_TERM = f"{url}/stamp", True
    signed = sign_pdf(plain_pdf(), reason="x", at=AT)
    settings.PDF_TIMESTAMP_ROOTS = str(folder / "root.pem")
    assert check_pdf(signed).stamped_at and "without the proofs of long term" in caplog.text


def test_the_verdict_of_an_uploaded_file_says_whose_it_is() -> None:
    def verdict(data: bytes) -> Verdict:
        return inspect_here(FileKind.PDF, data).verdict

    assert verdict(signed_pdf()) == Verdict.INTACT
    assert verdict(signed_by_another(plain_pdf())) == Verdict.FOREIGN
    assert verdict(plain_pdf()) == Verdict.FOREIGN
    assert verdict(changed(signed_pdf(), 500)) == verdict(with_shadow(signed_pdf())) == Verdict.ALTERED
    assert verdict(signed_pdf()[:-1]) == verdict(b"certificate") == Verdict.UNREADABLE
