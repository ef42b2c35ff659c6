"""Search over published editions: our own inverted index, so that SQLite and PostgreSQL answer alike."""

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import Length
from rapidfuzz.distance import OSA

from preceptor.catalog.adapters.words import stem, words
from preceptor.catalog.models import Edition, SearchPosting, SearchTerm
from preceptor.catalog.rules import EditionState, rarity

MAX_WORDS = 12
PREFIX, TYPO = 0.7, 0.5
SHORTEST_TYPO = 4


def search(text: str) -> dict[int, float] | None:
    """Edition pk → score for the editions that match every word; None where the text has no word to search for.

    A word matches by itself and by its stem; the last word also as a beginning ("trastu"); a word of four letters or more that is unknown is
    forgiven one typo (a letter wrong, missing, doubled or swapped).
    """
    asked = list(dict.fromkeys(words(text)))[:MAX_WORDS]
    if not asked:
        return None
    known = _known_terms({form for word in asked for form in (word, stem(word))})
    groups = [_matches(word, known, is_last=word == asked[-1]) for word in asked]
    if not all(groups):
        return {}
    postings = _postings({pk for group in groups for pk in group})
    total = Edition.objects.filter(state=EditionState.PUBLISHED).count()
    scores: dict[int, float] | None = None
    for group in groups:
        own: dict[int, float] = {}
        for pk, factor in group.items():
            found = postings.get(pk, {})
            weight = factor * rarity(total, len(found))
            for edition, posting in found.items():
                own[edition] = max(own.get(edition, 0.0), weight * posting)
        scores = own if scores is None else {edition: scores[edition] + own[edition] for edition in scores.keys() & own.keys()}
    return scores or {}


def _known_terms(forms: Iterable[str]) -> dict[str, int]:
    return dict(SearchTerm.objects.filter(stem__in=list(forms)).values_list("stem", "pk"))


def _matches(word: str, known: dict[str, int], *, is_last: bool) -> dict[int, float]:
    """Term pk → how well it matches the word."""
    found = {known[form]: 1.0 for form in (word, stem(word)) if form in known}
    if is_last and len(word) >= 3:
        begun = SearchTerm.objects.filter(stem__startswith=word).annotate(used=Count("postings")).order_by("-used", "stem")
        for pk in begun.values_list("pk", flat=True)[:50]:
            found.setdefault(pk, PREFIX)
    if not found and len(word) >= SHORTEST_TYPO:
        near = SearchTerm.objects.annotate(length=Length("stem")).filter(length__gte=len(word) - 1, length__lte=len(word) + 1)
        for pk, term in near.values_list("pk", "stem"):
            if OSA.distance(word, term, score_cutoff=1) <= 1 or OSA.distance(stem(word), term, score_cutoff=1) <= 1:
                found[pk] = TYPO
    return found


def _postings(terms: Iterable[int]) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {}
    for term, edition, weight in SearchPosting.objects.filter(term__in=list(terms)).values_list("term", "edition", "weight"):
        found.setdefault(term, {})[edition] = weight
    return found
