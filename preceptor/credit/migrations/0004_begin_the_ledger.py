"""Every award that was granted before there was a ledger becomes its line, in the order in which they were granted."""

import secrets

from django.db import migrations

from preceptor.credit.rules.ledger import GENESIS, LineKind, commitment, line_hash, split_payload, status_range
from preceptor.kernel.hashing import canonical_json, sha256_of


def begin(apps, schema_editor):
    Award, Part, Line, Head, Standing = (
        apps.get_model("credit", name) for name in ("Award", "PersonalPart", "LedgerLine", "LedgerHead", "Standing")
    )
    number, previous, taken = 0, GENESIS, set()
    for award in Award.objects.order_by("pk").iterator():
        number += 1
        frozen, personal = split_payload(award.payload)
        award.frozen = canonical_json(frozen).decode()
        award.frozen_sha256 = sha256_of(award.frozen)
        award.slot = "credit"
        bits = status_range(number)
        # At most every second bit of a list is taken, so a free one is found soon.
        while (bit := secrets.choice(bits)) in taken:
            pass
        award.status_index = bit
        taken.add(award.status_index)
        award.save()
        commitments = {}
        for kind, data in personal.items():
            part = Part.objects.create(award=award, kind=kind, salt=secrets.token_hex(32), data=canonical_json(data).decode())
            commitments[str(kind)] = commitment(part.salt, part.data)
        line = Line(
            number=number, kind=LineKind.AWARD, award=award, at=award.claimed_at, by="learner", reason="",
            commitments=canonical_json(commitments).decode(), erased="", previous=previous,
        )
        line.hash = previous = line_hash(line, award)
        line.save()
        Standing.objects.create(
            user_id=award.user_id, activity_id=award.activity_id, system=award.system, slot=award.slot,
            participation_id=award.participation_id, award=award,
        )
    Head.objects.update_or_create(pk=1, defaults={"number": number, "hash": previous})


class Migration(migrations.Migration):
    dependencies = [("credit", "0003_ledger")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
