"""What an award freezes, for every credit system, made without a database: for typesetting, signing and the benchmark."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from preceptor.accreditation.models import Accreditation
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import accreditation_statements, designated_sentence, designation_statement, included_amounts
from preceptor.credit.rules import Face, face_of, public_payload
from preceptor.kernel.serials import grouped, with_check

AT = datetime(2026, 11, 22, 15, 2, 7, tzinfo=UTC)
DAY = date(2026, 11, 22)
SITE = "https://cme.example.org"
PROVIDER = "Elm Street Medical Education"
ADDRESS = "1 Main Street, Springfield, IL 62701"
TITLE = "Advances in treating HER2-positive metastatic breast cancer: Optimizing Pharmacotherapeutic Management Strategies"
NUMBERS = {
    "acpe_p": "JA0000000-0000-26-001-H01-P",
    "acpe_t": "JA0000000-0000-26-001-H01-T",
    "aanp": "SAMPLE-1",
    "ancc": "SAMPLE-N-7",
    "aapa_1": "SAMPLE-A-9",
}
DEGREES = {"aapa_1": "PA-C", "ancc": "BSN, RN", "aanp": "FNP-BC", "acpe_p": "PharmD", "acpe_t": "CPhT", "participation": ""}
# The wording of these boards is not known here; the provider's own pack has to give one, as this does.
OWN_WORDING = "Sample wording of the board, which the provider's own pack has to give, for up to {amount}."
SYSTEMS = tuple(pack_on(DAY).systems)


def payload_for(system: str = "ama_pra_1", number: int = 1, **changes: Any) -> dict[str, Any]:
    """The payload of an award of `system`; `changes` replace values of it, `name` and `credentials` also make the printed name."""
    pack = pack_on(DAY)
    its, amount = pack.systems[system], Decimal("0.75")
    identifier = NUMBERS.get(system, "123456789" if system.startswith("moc_") else "")
    sub_amounts = {"rx": "0.5"} if its.sub_amounts else {}
    statement = designation_statement(
        pack, system, PROVIDER, "enduring_material", amount, identifier, valid_to=date(2027, 11, 21), sub_amounts=sub_amounts
    )
    serial = with_check(f"{number:016d}".replace("0", "7"))
    kinds = [*its.learner_identifiers, *its.optional_identifiers]
    payload = {
        "version": 1,
        "serial": serial,
        "verify_url": f"{SITE}/verify/{grouped(serial)}/",
        "name": "Riley Sample",
        "credentials": DEGREES.get(system, "MD"),
        "profession": its.professions[0] if its.professions else "other",
        "profession_label": "Sample",
        "title": TITLE,
        "activity": "her2-breast-cancer",
        "edition": 1,
        "activity_number": "SAMPLE-26-001",
        "format": "enduring_material",
        "format_label": pack.formats["enduring_material"].label,
        "format_statement": pack.formats["enduring_material"].statement,
        "provider": {"name": PROVIDER, "address": ADDRESS, "email": "cme@example.org", "phone": "+1 555 0100"},
        "completed_on": DAY.isoformat(),
        "claimed_at": AT.isoformat(),
        "system": system,
        "system_label": its.label_markdown,
        "is_credit": its.is_credit,
        "amount": str(amount if its.is_credit else 0),
        "unit": its.unit_many_markdown,
        "unit_one": its.unit_one_markdown,
        "unit_many": its.unit_many_markdown,
        "certificate_title": its.certificate_title,
        "offer_number": identifier,
        "offer_number_label": pack.numbers[its.identifier_kind].label if its.identifier_kind in pack.numbers else "Approval number",
        "sub_amounts": included_amounts(its, sub_amounts),
        "statements": {
            "accreditation": accreditation_statements(pack, [_joint()], DAY, PROVIDER),
            "designation": (statement or OWN_WORDING.replace("{amount}", its.amount_markdown(amount))) if its.is_credit else "",
            "designated": designated_sentence(pack.systems["ama_pra_1"], amount),
        },
        "identifiers": dict.fromkeys(kinds, "12345678"),
        "is_sample": False,
        **changes,
    }
    payload["printed_name"] = f"{payload['name']}, {payload['credentials']}" if payload["credentials"] else payload["name"]
    return payload


def face_for(system: str = "ama_pra_1", **changes: Any) -> Face:
    """The words of such an award."""
    return face_of(payload_for(system, **changes))


def attached(payload: dict[str, Any]) -> bytes:
    """What a PDF of the award carries: what anybody may know of it."""
    return json.dumps(public_payload(payload), sort_keys=True).encode()


def _joint() -> Accreditation:
    return Accreditation(kind="joint_accreditation", valid_from=date(2020, 1, 1))
