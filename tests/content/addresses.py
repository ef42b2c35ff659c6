"""Every address of an edition's content, for tests that walk them all."""

from django.urls import reverse

from preceptor.catalog.models import Edition
from preceptor.content.models import MediaFile


def every_address(edition: Edition) -> list[str]:
    """What can be fetched: pages, files and the printable copy."""
    slug = edition.activity.slug
    files = MediaFile.objects.filter(part__edition=edition)
    return [
        reverse("content:learn", args=[slug]),
        *(reverse("content:part", args=[slug, part.key]) for part in edition.parts.all()),
        *(reverse("content:media", args=[slug, file.uuid, file.name.rsplit("/", 1)[-1]]) for file in files),
        reverse("content:printable", args=[slug]),
    ]


def every_form(edition: Edition) -> list[str]:
    """What can be posted to."""
    names = ("part", "opened", "progress", "answer")
    return [reverse(f"content:{name}", args=[edition.activity.slug, part.key]) for part in edition.parts.all() for name in names]
