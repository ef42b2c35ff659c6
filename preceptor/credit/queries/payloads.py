"""What an award freezes, in the words of the day."""

from datetime import datetime
from typing import Any

from preceptor.accounts.rules import tidy_words
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import designated_sentence, included_amounts
from preceptor.catalog.queries import statements_of
from preceptor.credit.queries.certificates import verify_url
from preceptor.credit.queries.claims import ClaimDesk
from preceptor.credit.rules import Claim


def payload_of(desk: ClaimDesk, claim: Claim, serial: str, at: datetime, *, supersedes: str = "") -> dict[str, Any]:
    """Everything that certificate, verification and transcript will ever print, in words of the day. `supersedes` is the serial that it corrects."""
    edition, day = desk.participation.edition, desk.completed_on()
    # Words and statements are those of the release date; who may receive what was decided by the day of the claim.
    pack = pack_on(edition.released_on or day)
    provider, system, offer = (
        edition.activity.provider,
        pack.systems.get(claim.system, desk.pack.systems[claim.system]),
        desk.offers.get(claim.system),
    )
    format_, statements = pack.formats[edition.format], statements_of(edition, day)
    name = tidy_words(f"{claim.given_name} {claim.family_name}")
    credentials = tidy_words(claim.credentials)
    kinds = [*system.learner_identifiers, *(key for key in system.optional_identifiers if key in claim.wanted_kinds)]
    known = {**desk.identifiers, **claim.identifiers}
    # What is closed or was never approved is not said to be designated, not even on a certificate of participation.
    designated = [designated_sentence(one.system, one.offer.amount) for one in desk.standings.values() if one.system and one.is_open]
    return {
        "version": 2,
        "serial": serial,
        "supersedes": supersedes,
        "slot": desk.slot_of(claim),
        "verify_url": verify_url(serial),
        "printed_name": f"{name}, {credentials}" if credentials else name,
        "name": name,
        "credentials": credentials,
        "profession": claim.profession,
        "profession_label": desk.pack.professions[claim.profession].one,
        "title": f"{edition.title}: {edition.subtitle}" if edition.subtitle else edition.title,
        "activity": edition.activity.slug,
        "edition": edition.number,
        "activity_number": edition.activity.activity_number,
        "format": edition.format,
        "format_label": format_.label,
        "format_statement": format_.statement,
        "provider": {"name": provider.name, "address": provider.address, "email": provider.email, "phone": provider.phone},
        "completed_on": day.isoformat(),
        "claimed_at": at.isoformat(),
        "system": system.key,
        "system_label": system.label_markdown,
        "is_credit": system.is_credit,
        "amount": str(claim.amount),
        "unit": system.unit_one_markdown if claim.amount == 1 else system.unit_many_markdown,
        "unit_one": system.unit_one_markdown,
        "unit_many": system.unit_many_markdown,
        "certificate_title": system.certificate_title,
        "offer_number": offer.identifier if offer else "",
        "offer_number_label": pack.numbers[system.identifier_kind].label if system.identifier_kind in pack.numbers else "Approval number",
        "sub_amounts": included_amounts(system, offer.sub_amounts) if offer else [],
        "statements": {
            "accreditation": statements.accreditation,
            "designation": statements.designations.get(system.key, "") if system.is_credit else "",
            "designated": " ".join(designated[:1]),
        },
        "identifiers": {key: known[key].strip() for key in kinds},
        "is_sample": provider.is_sample or edition.activity.is_sample,
    }
