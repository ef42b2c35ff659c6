"""Words for search: folded, kept whole and as stems. The same code for indexing and asking, on every database."""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

STOP = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "most",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "over",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "under",
        "up",
        "use",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)
_WORD = re.compile(r"[a-z0-9]+(?:[+/-][a-z0-9]+)*\+?")
LONGEST = 60
# A stemmer keeps the word that it works on: one thread at a time.
_STEMMER = snowballstemmer.stemmer("english")
_LOCK = Lock()


def folded(text: str) -> str:
    """Small letters without accents: "Sjögren" → "sjogren"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order. A word with inner marks ("HER2-positive", "CDK4/6") counts whole and in its pieces."""
    found: list[str] = []
    for match in _WORD.finditer(folded(text)):
        word = match[0].strip("+/-")
        pieces = re.split(r"[+/-]", word)
        found += [word[:LONGEST]] if len(pieces) == 1 else [word[:LONGEST], *(piece[:LONGEST] for piece in pieces if len(piece) > 1)]
    return [word for word in found if word and word not in STOP]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The English stem of a folded word; words with digits stay as they are."""
    if any(character.isdigit() for character in word) or len(word) < 4:
        return word
    with _LOCK:
        return str(_STEMMER.stemWord(word))


def terms(text: str) -> list[str]:
    """What a text is indexed under: each word's stem, and the word itself where it differs (drug names are found whole)."""
    found = []
    for word in words(text):
        found.append(stem(word))
        if stem(word) != word:
            found.append(word)
    return found
