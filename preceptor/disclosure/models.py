"""What we keep of companies, relationships, mitigation and commercial support."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.rules import Eligibility, ExclusionOutcome, SupportKind


class Company(models.Model):
    """An organisation that people in control of content have dealings with.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    eligibility = models.CharField(max_length=15, choices=[(e, e) for e in Eligibility], default=Eligibility.UNDETERMINED)
    basis = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    aliases = models.JSONField(default=list)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidiaries")
    business_lines = models.JSONField(default=list)
    products = models.JSONField(default=list)
    regulatory_started_on = models.DateField(
        null=True, blank=True, help_text="A start-up becomes ineligible when regulatory approval is begun"
    )
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Disclosure(models.Model):
    """What one person declared at one time: all financial relationships of the past 24 months, or explicitly none. Append-only.

    Personal data: that the person has or has not financial relationships.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="disclosures")
    definition_version = models.CharField(max_length=40)
    is_none = models.BooleanField()
    asked_from = models.DateField(null=True, help_text="First day of the time that was asked about")
    discusses_off_label = models.BooleanField(null=True, help_text="Whether they said that they will discuss an unapproved use")
    method = models.CharField(max_length=20, default="form", help_text="form, or bundle where it was taken over from files")
    signed_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    signed_ip = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return f"{self.person} {self.signed_at:%Y-%m-%d}"


class DisclosureRequest(models.Model):
    """That a person was asked to disclose, for one or many roles. Answered once, by a signed disclosure.

    Personal data: who was asked, when.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="disclosure_requests")
    role_holders = models.ManyToManyField(RoleHolder, related_name="disclosure_requests")
    by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    disclosure = models.ForeignKey(Disclosure, null=True, on_delete=models.PROTECT, related_name="requests")

    def __str__(self) -> str:
        return f"{self.person} due {self.due_on}"


class DisclosureLink(models.Model):
    """The link of one letter: it opens one request, until that is answered or has run out. Its token is kept as a digest only. Append-only.

    Personal data: none.
    """

    request = models.ForeignKey(DisclosureRequest, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of {self.request_id}"


class DisclosureDraft(models.Model):
    """What a person has typed so far, before signing; deleted when signed.

    Personal data: financial relationships of a named person.
    """

    request = models.OneToOneField(DisclosureRequest, on_delete=models.CASCADE, related_name="draft")
    answers = models.JSONField(default=dict, help_text="As in rules.answers: {has, rows, entry, off_label, definition}")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft for {self.request_id}"


class FinancialRelationship(models.Model):
    """One company and one nature, as declared: one row each. Append-only.

    Personal data: a financial relationship of a named person.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="relationships")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="relationships")
    nature = models.CharField(max_length=30, help_text="key of a nature in the rules")
    has_ended = models.BooleanField(default=False)
    began_on = models.DateField(null=True, help_text="First day of the month that was told")
    ended_on = models.DateField(null=True, help_text="First day of the month that was told")
    is_institutional = models.BooleanField(default=False, help_text="Research money that went to the institution")
    detail = models.CharField(max_length=200, blank=True, help_text="What it is, where the nature is “other”; staff only")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "company", "nature"], name="relationship_once")]

    def __str__(self) -> str:
        return f"{self.nature}: {self.company}"


class Relevance(models.Model):
    """The staff's decision whether a relationship is relevant to an edition, with its mitigation if it is. Append-only; the latest row holds.

    Personal data: a judgement on a named person's financial relationship.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    relationship = models.ForeignKey(FinancialRelationship, on_delete=models.PROTECT, related_name="relevances")
    role_holder = models.ForeignKey(RoleHolder, on_delete=models.CASCADE, related_name="relevances")
    is_relevant = models.BooleanField()
    rationale = models.TextField()
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    # Null and not "": a column with a default would have SQLite rebuild the table, without its triggers.
    told_as = models.CharField(max_length=80, null=True, blank=True, help_text="A nature of “other”, as the staff words it for learners")
    mitigation_method = models.CharField(max_length=40, blank=True)
    mitigation_note = models.TextField(blank=True)
    mitigated_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.relationship}: {'relevant' if self.is_relevant else 'not relevant'}"


class Exclusion(models.Model):
    """What was decided about an owner or employee of an ineligible company: excluded, or one of the three exceptions. Append-only; the latest holds.

    Personal data: a judgement on a named person's employment or ownership.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    relationship = models.ForeignKey(FinancialRelationship, on_delete=models.PROTECT, related_name="exclusions")
    role_holder = models.ForeignKey(RoleHolder, on_delete=models.CASCADE, related_name="exclusions")
    outcome = models.CharField(max_length=20, choices=[(o, o) for o in ExclusionOutcome])
    evidence = models.TextField()
    approver = models.CharField(max_length=200)
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.relationship}: {self.outcome}"


class CommercialSupport(models.Model):
    """Support of an edition by an ineligible company. The acknowledgement is generated from it; agreement and checklist are evidence.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="support")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="support")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in SupportKind])
    nature = models.CharField(max_length=200, blank=True, help_text="What was given, if in kind; never a value")
    amount_cents = models.PositiveBigIntegerField(null=True, blank=True, help_text="Money received; staff only, never shown to learners")
    agreement = models.FileField(upload_to="agreements", blank=True, help_text="Private, named by its own hash; staff only")
    agreement_sha256 = models.CharField(max_length=64, blank=True)
    agreement_note = models.CharField(max_length=200, blank=True)
    signed_supporter_on = models.DateField(null=True, blank=True)
    signed_provider_on = models.DateField(null=True, blank=True)
    clauses = models.JSONField(default=dict, help_text="{clause key: true|false} of the checklist in the rules")
    clauses_checked_by = models.CharField(max_length=200, blank=True)
    clauses_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "commercial support"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=SupportKind.MONETARY) | models.Q(amount_cents__isnull=True), name="support_in_kind_has_no_value"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company} ({self.kind})"


class SupportExpense(models.Model):
    """How support was spent: a line of the spending ledger. Append-only; a mistake is mended by a line with the opposite sign.

    Personal data: a payee may be a person.
    """

    support = models.ForeignKey(CommercialSupport, on_delete=models.PROTECT, related_name="expenses")
    kind = models.CharField(max_length=40, help_text="key of an expense kind in the rules")
    amount_cents = models.BigIntegerField()
    payee = models.CharField(max_length=200)
    spent_on = models.DateField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_cents / 100:.2f}"


class Reconciliation(models.Model):
    """That the account of a support was sent to the supporter, and what was returned. Append-only.

    Personal data: none.
    """

    support = models.ForeignKey(CommercialSupport, on_delete=models.PROTECT, related_name="reconciliations")
    sent_on = models.DateField()
    returned_cents = models.PositiveBigIntegerField(default=0)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.support_id} sent {self.sent_on}"
