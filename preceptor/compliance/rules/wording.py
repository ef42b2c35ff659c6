"""Reading texts for what is wrong with their words: slips in titles, natures pooled over companies, support told twice. Plain Python."""

import re
from collections.abc import Iterable, Iterator

# Slips of the pen that medical writing is known for; a word is also looked up among the edition's own words.
SLIPS = frozenset(
    [
        "accomodate",
        "acheive",
        "adress",
        "apropriate",
        "assesment",
        "benifit",
        "clincal",
        "comittee",
        "comparision",
        "completly",
        "continous",
        "definate",
        "diagnositc",
        "diarrhoae",
        "disase",
        "effecitve",
        "eficacy",
        "enviroment",
        "evalution",
        "follwing",
        "gaurd",
        "guidline",
        "immunotheraphy",
        "incidance",
        "indentify",
        "intial",
        "knowlege",
        "managment",
        "medcine",
        "metastaic",
        "metastatsis",
        "mortaility",
        "neccessary",
        "occured",
        "oncolgy",
        "paitent",
        "patinet",
        "perfomance",
        "pharmacotherapuetic",
        "pharmocotherapy",
        "postive",
        "prevalance",
        "prognsis",
        "recieve",
        "reciept",
        "recomend",
        "recurrance",
        "refered",
        "seperate",
        "sucess",
        "survial",
        "symtom",
        "theraputic",
        "therpay",
        "treatement",
        "treament",
        "tumer",
        "untill",
        "varient",
    ]
)
_WORD = re.compile(r"[A-Za-z]{5,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NATURES = r"(?:consultant|speaker|advisor|adviser|researcher|investigator|employee|owner|stockholder|honorari\w+|royalt\w+)"
POOLED_NATURES = re.compile(rf"\b{_NATURES}\b[^.;]{{0,20}}(?:\band/or\b|\bor\b)[^.;]{{0,20}}\b{_NATURES}\b", re.IGNORECASE)
POOLED_COMPANIES = re.compile(rf"\b{_NATURES}\b[^.;]{{0,60}}\b(?:from|for|with|of)\b[^.;]+,[^.;]+,[^.;]+", re.IGNORECASE)
SUPPORT = re.compile(r"\b(?:supported|sponsored|funded|made possible)\b[^.]{0,80}\b(?:by|grant)\b|\beducational grant\b", re.IGNORECASE)
OLD_SYSTEMS = re.compile(
    r"Windows (?:XP|Vista|7|8)\b|Internet Explorer(?: \d+)?|\bIE ?\d+\b|Mac OS (?:X )?10\.\d+(?:\.\d+)?|Adobe Flash", re.IGNORECASE
)
REVIEWED = re.compile(r"\b(?:content|peer|independent) review\b", re.IGNORECASE)
ABSOLUTE_LINK = re.compile(r"https?://[^\s)>\"'\]]+")
IMAGE_WITHOUT_WORDS = re.compile(r"!\[\s*\]\([^)]*\)")


def slips(texts: Iterable[str], vocabulary: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words of the texts that are likely slips, with what was meant ("" if not known).

    A word that stands nowhere in the vocabulary, but is one letter away from one that does, is one; an ending (-s, -d, -ly) is none.
    """
    known = {word.casefold() for text in vocabulary for word in _WORD.findall(text)}
    for word in dict.fromkeys(word for text in texts for word in _WORD.findall(text)):
        small = word.casefold()
        if small in SLIPS:
            yield word, next(iter(sorted(_one_letter_away(small) & known)), "")
        elif small not in known and len(small) >= 6:
            meant = sorted(other for other in _one_letter_away(small) & known if not _is_ending(small, other))
            if meant:
                yield word, meant[0]


def pooled(text: str) -> str:
    """Where one sentence gives a nature for several companies, or several natures for one; "" where none does."""
    found = POOLED_NATURES.search(text) or POOLED_COMPANIES.search(text)
    return found[0] if found else ""


def _one_letter_away(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return (
        {a + b[1:] for a, b in cuts if b}
        | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        | {a + c + b[1:] for a, b in cuts if b for c in _LETTERS}
        | {a + c + b for a, b in cuts for c in _LETTERS}
    )


def _is_ending(one: str, other: str) -> bool:
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return min(len(one), len(other)) - shared <= 2
