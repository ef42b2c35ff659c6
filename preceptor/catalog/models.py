"""What we keep of what is offered. A published edition never changes; a change is a new edition, made by copying."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from preceptor.accreditation.models import Provider
from preceptor.catalog.rules import EditionState, Role, Stage


class Activity(models.Model):
    """The identity of an activity over all its editions.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="activities")
    slug = models.SlugField(max_length=100, unique=True)
    activity_number = models.CharField(max_length=40, blank=True, help_text="The accreditor's activity number")
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.slug


class FrozenFragment(models.Model):
    """Bytes that learners were shown, kept by their own hash. Append-only.

    Personal data: names and disclosures of people in control of content.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    html = models.TextField()
    text = models.TextField()
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Edition(models.Model):
    """Everything that a learner can see or be tested on, with its dates. At most one draft per activity.

    Times: dates are days in the provider's zone; `ends_on` is the last day, to its end.

    Personal data: none of learners.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=[(s, s) for s in EditionState], default=EditionState.DRAFT)
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, blank=True)
    summary = models.CharField(max_length=400)
    language = models.CharField(max_length=12, default="en-US")
    topic = models.CharField(max_length=60, help_text="code")
    topic_label = models.CharField(max_length=100)
    area = models.CharField(max_length=100, blank=True)
    cover = models.CharField(max_length=20, default="membrane")
    format = models.CharField(max_length=40, default="enduring_material", help_text="code of a format in the packs")
    medium = models.CharField(max_length=200)
    fee_cents = models.PositiveIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(default=0, help_text="Estimated time, from the worksheet")
    worksheet = models.JSONField(default=dict, help_text="What the estimate was made of")
    # Prose, as Markdown
    description = models.TextField()
    need = models.TextField()
    audience = models.TextField()
    equity = models.TextField(blank=True)
    off_label = models.TextField(blank=True)
    copyright = models.TextField(blank=True)
    outline = models.JSONField(default=list, help_text="[{title, minutes?, children: […]}]")
    professions = models.JSONField(default=list, help_text="codes of the target professions")
    # Policy
    plan = models.JSONField(default=list, help_text="steps, in order")
    pass_mark = models.PositiveSmallIntegerField(default=70, help_text="whole percent")
    max_attempts = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty = unlimited")
    content_rule = models.CharField(max_length=30, default="all_parts_opened")
    grace_hours = models.PositiveSmallIntegerField(default=0, help_text="After the end, for who passed in time, to evaluate and claim")
    # Evidence for the activity file and the gate; learners see none of it
    stage = models.CharField(max_length=20, choices=[(s, s) for s in Stage], default=Stage.DRAFT, help_text="How far a draft has come")
    practice = models.JSONField(
        default=dict, help_text="{gap, knowledge, competence, performance, change, format, competencies: […]}: structured abstract"
    )
    equity_plan = models.JSONField(default=dict, help_text="{clc, ib, where, resources_sent_on}: California BPC 2190.1 and 2736.5")
    novel_topics = models.JSONField(default=list, help_text="New or controversial topics, identified as such")
    state_topics = models.JSONField(default=list, help_text="[{topic, jurisdiction, professions, minutes}]")
    is_patient_care = models.BooleanField(default=True)
    derived_from_live = models.CharField(max_length=40, blank=True, help_text="Number of the live activity that it was recorded from")
    imported_text = models.JSONField(default=dict, help_text="Hand-typed texts of an imported page: read by the gate, never shown")
    written_by = models.JSONField(default=list, help_text="Names of staff who changed the draft")
    # Dates
    released_on = models.DateField(null=True)
    reviewed_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    front_matter = models.ForeignKey(FrozenFragment, null=True, on_delete=models.PROTECT, related_name="+")
    told_sha256 = models.CharField(max_length=64, null=True, editable=False, help_text="Of what it discloses, frozen when it is published")
    related = models.ManyToManyField(Activity, blank=True, related_name="related_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["activity"], condition=models.Q(state=EditionState.DRAFT), name="one_draft"),
            models.CheckConstraint(condition=models.Q(pass_mark__lte=100), name="pass_mark_percent"),
            models.CheckConstraint(
                condition=~models.Q(state=EditionState.PUBLISHED) | models.Q(front_matter__isnull=False, published_at__isnull=False),
                name="published_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity.slug} #{self.number}"


class Objective(models.Model):
    """A learning objective. Personal data: none."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="objectives")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=40)
    text = models.TextField()
    level = models.CharField(max_length=20, default="knowledge")
    review = models.JSONField(default=list, help_text="[{part, anchor? | at?}]: where the content treats it")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="objective_once")]

    def __str__(self) -> str:
        return f"{self.verb} {self.text}"


class Citation(models.Model):
    """An entry of the bibliography. Personal data: names of authors of published work."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="citations")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    year = models.PositiveSmallIntegerField()
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="citation_once")]

    def __str__(self) -> str:
        return self.text[:80]


class Person(models.Model):
    """Somebody who can hold a role in an activity; may or may not have an account.

    Personal data: name, credentials, affiliation, e-mail address.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    credentials = models.CharField(max_length=60, blank=True)
    profession = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200, blank=True)
    affiliation = models.CharField(max_length=200, blank=True)
    bio = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.printed_name

    @property
    def printed_name(self) -> str:
        """Name with credentials."""
        name = f"{self.given_name} {self.family_name}"
        return f"{name}, {self.credentials}" if self.credentials else name


class RoleHolder(models.Model):
    """A person in a role on an edition, with what was printed of them then.

    Personal data: name, credentials, affiliation as printed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="role_holders")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=[(r, r) for r in Role])
    starts_on = models.DateField(null=True, help_text="When the role begins: planning for planners, release of their content for others")
    position = models.PositiveSmallIntegerField(default=0)
    printed_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    affiliation = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "person", "role"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.printed_name} ({self.role})"


class CreditOffer(models.Model):
    """A credit designation: one credit system's credit, offered by one edition. Participation needs no offer.

    Personal data: none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="offers")
    system = models.CharField(max_length=40, help_text="key of a credit system in the packs")
    position = models.PositiveSmallIntegerField(default=0)
    amount = models.DecimalField(max_digits=6, decimal_places=2)
    identifier = models.CharField(max_length=60, blank=True, help_text="UAN, approval or activity number")
    activity_type = models.CharField(max_length=20, blank=True, help_text="ACPE: knowledge, application, practice")
    designated_on = models.DateField(null=True)
    approved_from = models.DateField(null=True, blank=True)
    evidence = models.FileField(upload_to="approvals", blank=True, help_text="The approval letter")
    evidence_note = models.CharField(max_length=200, blank=True)
    sub_amounts = models.JSONField(default=dict, help_text="{rx: hours}: amounts contained in the amount")
    reporting = models.JSONField(default=dict, help_text="{by: installation|hand, who, how}: who reports it, where a clock runs")
    valid_to = models.DateField(null=True, blank=True, help_text="End of this credit's own approval, if earlier than the edition's")
    claim_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days after completion in which it may be claimed")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "system"], name="offer_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="offer_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.system}"


class Partner(models.Model):
    """An organisation that provides an edition jointly with the accredited provider. Personal data: none."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(max_length=200)
    is_accredited = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="partner_once")]

    def __str__(self) -> str:
        return self.name


class SearchTerm(models.Model):
    """One word or word stem of the vocabulary of published editions. Personal data: names of faculty, as single words."""

    stem = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.stem


class SearchPosting(models.Model):
    """How heavily a word stem weighs in an edition: title more than text. Personal data: none."""

    term = models.ForeignKey(SearchTerm, on_delete=models.CASCADE, related_name="postings")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="postings")
    weight = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "edition"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.term_id} in {self.edition_id}"
