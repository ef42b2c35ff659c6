"""What we keep of a person with an account."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from preceptor.accounts.rules import CODE_TRIES, LinkKind


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of an address, upper and lower case alike; with two (one of them unverified), the older."""
        found = self.filter(email=(username or "").lower()).order_by("pk").first()
        if found is None:
            raise self.model.DoesNotExist
        return found

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new user with a hashed password (none: no password can sign in)."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new user who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A learner or a member of staff.

    `email` is kept in lower case. It is not unique: an address reserves nothing until it is verified (the account library keeps addresses
    in its own table, where a verified one is unique), so nobody can find out or block who has an account.

    `person` is the account that stands for the same person, derived from the identity links; None where this one does. `erase_at` is when the account
    is going to be erased, unless its owner keeps it; `erased_at` is when it was: from then on it is a number without a person's words.

    Personal data: name, e-mail address, credentials, profession.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", max_length=254, db_index=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    credentials = models.CharField("degree", max_length=60, blank=True, help_text="As printed after the name: MD, DO, PharmD, MSN, RN")
    profession = models.CharField(max_length=40, blank=True, help_text="code of a profession in the packs")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    person = models.ForeignKey("self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="others")
    erase_at = models.DateTimeField(null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
            models.CheckConstraint(condition=~models.Q(person=models.F("id")), name="user_not_behind_itself"),
        ]

    def __str__(self) -> str:
        return self.printed_name or self.email

    @property
    def full_name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def printed_name(self) -> str:
        """Name with degree, as on a certificate."""
        return f"{self.full_name}, {self.credentials}" if self.full_name and self.credentials else self.full_name

    @property
    def signature(self) -> str:
        """How deeds of the staff are signed: name and address, since two people can have one name."""
        return f"{self.full_name} ({self.email})".strip()[:200]


class IdentityLink(models.Model):
    """That two accounts are one person's, or (unlink) that they are not after all. Append-only; the latest line about `merged` holds.

    Both were, at that moment, accounts that stood for their persons; so links make no circles.

    Personal data: which accounts belong to one person; reasons in staff's words.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=6, choices=[(kind, kind) for kind in LinkKind])
    kept = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(kept=models.F("merged")), name="identity_link_of_two")]

    def __str__(self) -> str:
        return f"{self.kind} {self.merged_id} to {self.kept_id}"


class ProfessionChange(models.Model):
    """A change of profession that the person attested: append-only, looked at by staff.

    Personal data: profession.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="profession_changes")
    at = models.DateTimeField()
    old = models.CharField(max_length=40, blank=True)
    new = models.CharField(max_length=40)
    attestation = models.TextField()

    def __str__(self) -> str:
        return f"{self.user}: {self.old} to {self.new}"


class ProfessionReview(models.Model):
    """A member of staff looked at a change of profession: append-only. A change without one is waiting.

    Personal data: name of the person who looked.
    """

    change = models.OneToOneField(ProfessionChange, on_delete=models.PROTECT, related_name="review")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.change} looked at by {self.by}"


class VerificationCode(models.Model):
    """The code that is on its way to an address: one per person, short-lived, kept as a keyed digest, with a number of tries.

    Personal data: e-mail address.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="verification_code")
    email = models.EmailField(max_length=254)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=CODE_TRIES)

    def __str__(self) -> str:
        return f"code for {self.email}"


class Identifier(models.Model):
    """A number that a board or a state knows the person by; asked only when a chosen credit needs it.

    Personal data: the value (state licence, NPI, NABP e-Profile ID, board id, month and day of birth; never the year).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=40, help_text="key of an identifier in the packs")
    value = models.CharField(max_length=60)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
