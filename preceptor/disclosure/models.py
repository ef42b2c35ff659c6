"""What we keep of companies, relationships, mitigation and commercial support."""

from __future__ import annotations

import uuid

from django.db import models

from preceptor.catalog.models import Edition, Person, RoleHolder
from preceptor.disclosure.rules import Eligibility, SupportKind


class Company(models.Model):
    """An organisation that people in control of content have dealings with.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    eligibility = models.CharField(max_length=15, choices=[(e, e) for e in Eligibility], default=Eligibility.UNDETERMINED)
    basis = models.TextField(blank=True)
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
    signed_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} {self.signed_at:%Y-%m-%d}"


class FinancialRelationship(models.Model):
    """One company and one nature, as declared: one row each. Append-only.

    Personal data: a financial relationship of a named person.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="relationships")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="relationships")
    nature = models.CharField(max_length=30, help_text="key of a nature in the rules")
    has_ended = models.BooleanField(default=False)

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
    mitigation_method = models.CharField(max_length=40, blank=True)
    mitigation_note = models.TextField(blank=True)
    mitigated_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.relationship}: {'relevant' if self.is_relevant else 'not relevant'}"


class CommercialSupport(models.Model):
    """Support of an edition by an ineligible company. The acknowledgement is generated from it.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="support")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="support")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in SupportKind])
    nature = models.CharField(max_length=200, blank=True, help_text="What was given, if in kind; never a value")

    def __str__(self) -> str:
        return f"{self.company} ({self.kind})"
