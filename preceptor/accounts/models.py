"""What we keep of a person with an account."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name."""

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

    Personal data: name, e-mail address, credentials, profession.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    credentials = models.CharField("degree", max_length=60, blank=True, help_text="As printed after the name: MD, DO, PharmD, MSN, RN")
    profession = models.CharField(max_length=40, blank=True, help_text="code of a profession in the packs")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

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
