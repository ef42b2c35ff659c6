"""What a transcript prints."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from preceptor.accreditation.rules import us_date
from preceptor.credit.rules.faces import SAMPLE_MARK, Face


def transcript_payload(
    name: str, period: str, faces: Sequence[tuple[Face, str]], totals: Sequence[str], participations: int, made_on: date
) -> dict[str, Any]:
    """Everything that a transcript prints; `faces` with the day of completion."""
    rows = [
        {
            "date": us_date(date.fromisoformat(day)),
            "title": face.activity,
            "provider": face.provider,
            "format": face.format,
            "numbers": " · ".join(f"{label} {value}" for label, value in face.particulars),
            "serial": face.serial,
            "amount": face.amount_markdown or "Participation",
            "mark": face.mark,
        }
        for face, day in faces
    ]
    return {
        "name": name,
        "period": period,
        "made_on": us_date(made_on),
        "rows": rows,
        "totals": list(totals),
        "participations": participations,
        "mark": SAMPLE_MARK if any(face.is_sample for face, _ in faces) else "",
        "check_at": faces[0][0].check_at if faces else "",
    }
