"""What we keep of deeds that concern one person across rooms."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.accounts.models import IdentityLink, User
from preceptor.credit.models import Award, LedgerLine


class DoubledAward(models.Model):
    """An award that fell because two accounts were put together and the person had the same credit twice. Append-only.

    `stays` is the award because of which it fell. `line` is the reversal in the credit ledger: as long as it is the award's last line, the award fell
    for this reason and no other.

    Personal data: whose credit was doubled.
    """

    link = models.ForeignKey(IdentityLink, on_delete=models.PROTECT, related_name="doubled_awards")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    stays = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    line = models.OneToOneField(LedgerLine, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.award_id} doubled"


class ErasureRequest(models.Model):
    """That a person is to be erased. It waits until `due_at`, when it is carried out, unless it is withdrawn before.

    `by` is "learner", or the member of staff who asked on their behalf. `done_at` is when the account's words went, `names_erased_at` when the years
    of the credit record were over and the names on certificates went, too. Such a row is never deleted (a trigger refuses it).

    Personal data: that somebody asked to be forgotten; after that only the account's number.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="erasure_requests")
    by = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    names_erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(withdrawn_at=None), name="erasure_asked_once"),
            models.CheckConstraint(condition=models.Q(withdrawn_at=None) | models.Q(done_at=None), name="erasure_withdrawn_or_done"),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"


class DataExport(models.Model):
    """A copy of everything that we keep of a person, made for them by a worker, as an archive; thrown away after a day.

    Personal data: all of it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="data_exports")
    ordered_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="data_export_once")]

    def __str__(self) -> str:
        return f"data of {self.user_id}"
