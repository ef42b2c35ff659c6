"""What a certificate costs a worker: typeset, signed, and as credential. Run: python bench/certificates.py [how many in the batch]

CPU time of the process per certificate, warm, beside a floor that is measured in the same run, turn by turn: Typst alone with the same
document, and pyHanko alone with the same PDF and the same RSA-3072 key, parsed once. Then a batch, with the memory in use after each thousand.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="preceptor-bench-"))

import django

django.setup()

import typst  # noqa: E402
from asn1crypto import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import signers  # noqa: E402
from pyhanko.sign.fields import SigSeedSubFilter  # noqa: E402
from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: E402

from preceptor.credit.adapters import typeset as adapter  # noqa: E402
from preceptor.credit.adapters.credentials import credential_of, jwt_of, sign_credential  # noqa: E402
from preceptor.credit.adapters.pades import sign_pdf  # noqa: E402
from preceptor.credit.adapters.pdf_keys import signing_key  # noqa: E402
from preceptor.credit.adapters.status_lists import entry_of  # noqa: E402
from preceptor.credit.rules import face_of  # noqa: E402
from preceptor.ui import typesetting  # noqa: E402
from tests.credit.payloads import AT, attached, payload_for  # noqa: E402

ROUNDS, WARM = 200, 10
LIMIT_RATIO, LIMIT_MS = 1.4, 75
FLAT = 1.1
REASON = "Certificate of Credit"


def whole(payload: dict[str, Any]) -> bytes:
    """Everything that the worker makes of an award: PDF, signature, credential with its proof, token."""
    made = adapter.typeset_certificate(face_of(payload), payload_json=attached(payload), at=AT)
    signed = sign_pdf(made.data, reason=REASON, at=AT)
    bare = credential_of(payload, status=entry_of(1), at=AT)
    sign_credential(bare, AT)
    jwt_of(bare)
    return signed


def inputs_of(payload: dict[str, Any]) -> dict[str, str]:
    """What the typesetter is given, caught on its way."""
    caught: list[dict[str, str]] = []
    real = typesetting._compiled
    typesetting._compiled = lambda template, inputs, *rest: caught.append(inputs) or real(template, inputs, *rest)  # type: ignore[func-returns-value]
    try:
        adapter.typeset_certificate(face_of(payload), payload_json=attached(payload), at=AT)
    finally:
        typesetting._compiled = real
    return caught[0]


def bare_typst() -> Callable[[dict[str, str]], bytes]:
    """A compiler of one's own, kept warm, with the same template and fonts."""
    template = adapter.HERE / "certificate.typ"
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=list(typesetting._folders()))
    compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=fonts)
    return lambda inputs: compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1", "a-3a"], timestamp=AT)


class ParsedOnce(signers.Signer):
    """pyHanko's own signer parses the key for each signature; this one is its floor."""

    def __init__(self) -> None:
        key, store = signing_key(), SimpleCertificateStore()
        store.register_multiple(x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in key.chain)
        super().__init__(signing_cert=x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)), cert_registry=store)
        self.private = key.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.private.sign(data, PKCS1v15(), hashes.SHA256())


ROOM = 8192


def bare_pyhanko() -> Callable[[bytes], bytes]:
    """pyHanko as its manual has it: a PAdES signature. The room for it is given, which spares the library a signature to try."""
    signer = ParsedOnce()
    metadata = signers.PdfSignatureMetadata(field_name="Signature", md_algorithm="sha256", reason=REASON, subfilter=SigSeedSubFilter.PADES)

    def sign(data: bytes) -> bytes:
        out = BytesIO()
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), metadata, signer, output=out, bytes_reserved=ROOM)
        return out.getvalue()

    return sign


def cpu_ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def measure() -> tuple[float, float, float]:
    """Medians: all together, Typst alone, pyHanko alone. Turn by turn, so that whatever else the machine does meets all three."""
    alone, sign = bare_typst(), bare_pyhanko()
    ours, typst_ms, pyhanko_ms = [], [], []
    for number in range(ROUNDS + WARM):
        payload = payload_for("ama_pra_1", number, name=f"Riley Sample {number}")
        inputs = inputs_of(payload_for("ama_pra_1", number, name=f"Riley Simple {number}"))
        made = alone({**inputs, "data": inputs["data"].replace("Simple", "Other")})
        row = (
            cpu_ms(lambda payload=payload: whole(payload)),  # type: ignore[misc]
            cpu_ms(lambda inputs=inputs, number=number: alone({**inputs, "data": inputs["data"].replace("Simple", "Floor")})),  # type: ignore[misc]
            cpu_ms(lambda made=made: sign(made)),  # type: ignore[misc]
        )
        if number >= WARM:
            for column, value in zip((ours, typst_ms, pyhanko_ms), row, strict=True):
                column.append(value)
    return statistics.median(ours), statistics.median(typst_ms), statistics.median(pyhanko_ms)


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def batch(count: int) -> list[float]:
    """Memory in use after each tenth of the batch, in MB."""
    seen, begun, cpu = [], time.monotonic(), time.process_time()
    for number in range(count):
        whole(payload_for("ama_pra_1", number, name=f"Learner {number}"))
        if (number + 1) % max(1, count // 10) == 0:
            gc.collect()
            seen.append(resident_mb())
            print(f"  {number + 1:6} certificates: {seen[-1]:.0f} MB, {(time.process_time() - cpu) / (number + 1) * 1000:.1f} cpu-ms each")
    print(f"  {count} in {time.monotonic() - begun:.0f} s")
    return seen


def main() -> int:
    """Print the figures; 1 when a limit is not kept."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    ours, typst_ms, pyhanko_ms = measure()
    ratio = ours / (typst_ms + pyhanko_ms)
    print(
        f"one certificate: {ours:.1f} cpu-ms; Typst alone {typst_ms:.1f}, pyHanko alone {pyhanko_ms:.1f}: {ratio:.2f} times (limit {LIMIT_RATIO})"
    )
    seen = batch(count) if count else [resident_mb()]
    growth = seen[-1] / seen[0]
    print(f"memory: {seen[0]:.0f} MB after the first tenth, {seen[-1]:.0f} MB at the end: {growth:.2f} times (limit {FLAT})")
    return 0 if ratio <= LIMIT_RATIO and ours <= LIMIT_MS and growth <= FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
