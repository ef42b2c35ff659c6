"""Covers: the same slug gives the same drawing, on every machine and in every release."""

import hashlib
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from preceptor.ui.covers import MOTIFS, cover, guilloche, motif_named, rosette

FIXED = {
    "membrane": "8693f07373e41aa4",
    "nuclear": "8d66ad3ffca3ad64",
    "pairs": "462fb0f219f07829",
    "crypts": "cf53bde239ec3151",
    "lobules": "6a358dd8431c8c84",
    "trace": "606c655f303f4412",
}


@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_a_cover_is_well_formed_hidden_and_free_of_style(motif):
    drawing = cover("her2", motif, 190, 190)
    root = ElementTree.fromstring(drawing)
    assert root.attrib["aria-hidden"] == "true"
    assert "style" not in drawing and "NaN" not in drawing and "nan" not in drawing
    assert len(drawing) < 30_000


@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_a_cover_never_changes(motif):
    assert hashlib.sha256(cover("her2", motif, 190, 190).encode()).hexdigest()[:16] == FIXED[motif]


def test_another_process_draws_the_same():
    program = "from preceptor.ui.covers import cover; print(cover('her2', 'crypts', 120, 80), end='')"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout == cover("her2", "crypts", 120, 80)


def test_two_slugs_differ():
    assert cover("a", "membrane", 100, 100) != cover("b", "membrane", 100, 100)


@pytest.mark.parametrize(("asked", "drawn"), [("membrane", "membrane"), ("membranes", "membrane"), ("crypt", "crypts"), ("trace", "trace")])
def test_a_motif_is_found_in_the_plural_too(asked, drawn):
    assert motif_named(asked) == drawn


def test_an_unknown_motif_falls_back_to_one_that_the_slug_picks():
    assert motif_named("", "her2") == motif_named("none such", "her2")
    assert {motif_named("", f"slug-{i}") for i in range(60)} == set(MOTIFS)


def test_a_class_cannot_break_out():
    assert "<script" not in cover("a", "trace", 10, 10, '"><script>')


@pytest.mark.parametrize("size", [(20, 10), (160, 90), (400, 640)])
@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_any_size_can_be_drawn(motif, size):
    ElementTree.fromstring(cover("x", motif, *size))


def test_engravings_are_paths():
    for drawing, count in ((guilloche(1100, 850), 5), (rosette(100, 100, 80), 7)):
        assert len(ElementTree.fromstring(f"<g>{drawing}</g>")) == count
