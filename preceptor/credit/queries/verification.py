"""What anybody may know of a certificate: what is printed on it, and whether it stands."""

from dataclasses import dataclass
from datetime import datetime

from preceptor.credit.models import Award, CheckRequest, CredentialFile
from preceptor.credit.queries.standings import FORTUNE, Fortune, fortune_of
from preceptor.credit.rules import VERDICTS, AwardState, Difference, Face, Verdict, face_of
from preceptor.kernel.serials import is_serial, normalized


@dataclass(frozen=True)
class Verified:
    """A certificate as anybody sees it: what is printed on it, when it was awarded, and where it stands."""

    face: Face
    awarded_at: datetime
    fortune: Fortune

    @property
    def is_superseded(self) -> bool:
        """Did a correction take its place?"""
        return self.fortune.state is AwardState.CORRECTED


def verification_of(typed: str) -> Verified | None:
    """The certificate with a serial that somebody typed, with or without dashes."""
    serial = normalized(typed)
    if not is_serial(serial):
        return None
    award = Award.objects.prefetch_related("personal_parts", *FORTUNE).filter(serial=serial).first()
    if award is None:
        return None
    # A certificate that was corrected by the staff keeps the moment of the claim; it was issued when its line was written.
    issued_at = min((line.at for line in award.lines.all()), default=award.claimed_at)
    return Verified(face_of(award.payload), issued_at, fortune_of(award))


@dataclass(frozen=True)
class CheckResult:
    """What became of a file that was handed in."""

    verdict: Verdict
    title: str
    sentence: str
    differences: list[Difference]
    verification: Verified | None
    compared: bool = False

    @property
    def is_good(self) -> bool:
        """Is the file what it says, and does the certificate stand?"""
        return self.verdict is Verdict.INTACT and not self.title and bool(self.verification and self.verification.fortune.counts)


def check_with(uuid: str) -> CheckRequest | None:
    """A file that was handed in, for whoever knows its address; None once it is forgotten."""
    return CheckRequest.objects.defer("data").filter(uuid=uuid).first()


def check_result(row: CheckRequest) -> CheckResult:
    """The result in words, beside the certificate as it stands at this moment."""
    told = row.result or {}
    verdict = Verdict(told["verdict"])
    title, sentence = told.get("title", ""), told.get("sentence", "")
    if verdict is not Verdict.INTACT:
        title, sentence = VERDICTS[verdict]
    return CheckResult(
        verdict=verdict,
        title=title,
        sentence=sentence,
        differences=[Difference(*row) for row in told.get("differences", [])],
        verification=verification_of(told.get("serial", "")),
        compared="differences" in told,
    )


def credential_file(award: Award) -> CredentialFile | None:
    """The certificate as verifiable credential, once a worker has signed it."""
    return CredentialFile.objects.filter(award=award).first()
