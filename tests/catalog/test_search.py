"""Search and catalogue: ranked, accents and stems, one typo, the same on every database, in a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.catalog.actions import create_draft, index_edition, mark_published, save_offer
from preceptor.catalog.adapters.words import folded, terms, words
from preceptor.catalog.models import Edition
from preceptor.catalog.queries import Filters, catalogue, search
from preceptor.kernel.credits import Decimal
from tests import make

pytestmark = pytest.mark.django_db
AT = timezone.now()


def edition(slug: str, title: str, *, content: str = "", **facts: object) -> Edition:
    """A published row for lists, without the gate: the catalogue's own actions."""
    draft = create_draft(
        make.provider(),
        slug,
        {
            "title": title, "summary": "", "topic": "samples", "topic_label": "Samples", "medium": "Online", "minutes": 20, "plan": [],
            "professions": ["physician"], "released_on": AT.date(), "reviewed_on": AT.date(), "ends_on": AT.date().replace(year=AT.year + 1),
            **facts,
        },
        by=make.BY,
        at=AT,
    )  # fmt: skip
    save_offer(draft, "ama_pra_1", Decimal("0.25"), by=make.BY, at=AT)
    mark_published(draft, f"<p>{slug}</p>", slug, at=AT)
    index_edition(draft, content)
    return draft


def found(text: str) -> list[str]:
    scores = search(text) or {}
    rows = Edition.objects.in_bulk(scores)
    return [rows[pk].activity.slug for pk in sorted(scores, key=lambda pk: -scores[pk])]


@pytest.fixture
def shelf() -> None:
    edition("breast", "HER2-positive metastatic breast cancer", content="Trastuzumab deruxtecan; Sjögren; CDK4/6 inhibitors")
    edition("biosimilars", "Biosimilars in oncology", content="A biosimilar of trastuzumab. Switching studies. " * 3)
    edition("liver", "Treatment of hepatocellular carcinoma", content="Atezolizumab. Metastases outside the breast are not treated here.")


ASKED = [
    ("breast cancer", ["breast"]),
    ("BREAST", ["breast", "liver"]),  # the title weighs more than the text
    ("cancers", ["breast"]),
    ("metastases", ["liver"]),
    ("metastasis", ["liver"]),
    ("treating carcinomas", ["liver"]),
    ("Sjogren", ["breast"]),
    ("sjögren", ["breast"]),
    ("trastuzumab", ["biosimilars", "breast"]),
    ("traztuzumab", ["biosimilars", "breast"]),  # one letter wrong
    ("trastuzmab", ["biosimilars", "breast"]),  # one missing
    ("trastuuzumab", ["biosimilars", "breast"]),  # one doubled
    ("trastzuumab", ["biosimilars", "breast"]),  # two swapped
    ("trxstuzxmab", []),  # two typos are too many
    ("atezoli", ["liver"]),  # a beginning
    ("HER2", ["breast"]),
    ("her2-positive", ["breast"]),
    ("cdk4/6", ["breast"]),
    ("trastuzumab liver", []),
    ("xyzzy", []),
]


@pytest.mark.parametrize(("text", "slugs"), ASKED)
def test_search(shelf, text, slugs):
    got = found(text)
    assert set(got) == set(slugs)
    if text == "BREAST":
        assert got == slugs


@pytest.mark.parametrize("text", ["", "  ", "the of", "%_'\";--", "\x00"])
def test_nothing_to_search_for(shelf, text):
    assert search(text) is None


def test_words():
    assert folded("Sjögren NAÏVE") == "sjogren naive"
    assert words("HER2-positive: the CDK4/6") == ["her2-positive", "her2", "positive", "cdk4/6", "cdk4"]
    assert "metastas" in "".join(terms("metastases")) and "ribociclib" in terms("ribociclib")


def test_facets_count_with_the_other_filters(shelf):
    edition("paid", "A long one", minutes=90, fee_cents=5000, topic="law", topic_label="Law", professions=["pharmacist"])
    page = catalogue(Filters(topic=("samples",)), AT.date())
    facets = {facet.name: {option.value: option.count for option in facet.options} for facet in page.facets}
    assert page.total == 3
    assert facets["topic"] == {"law": 1, "samples": 3}
    assert facets["length"] == {"30": 3} and facets["free"] == {"yes": 3} and facets["profession"] == {"physician": 3}
    assert facets["credit"] == {"ama_pra_1": 3}


def test_an_empty_list_says_which_filter_emptied_it(shelf):
    page = catalogue(Filters(q="trastuzumab", length=("over",)), AT.date())
    assert not page.rows
    assert [(one.name, one.count) for one in page.emptied_by] == [("length", 2)]
    assert catalogue(Filters(q="xyzzy", length=("over",)), AT.date()).emptied_by == ()
    assert [one.name for one in catalogue(Filters(q="xyzzy", length=("30",)), AT.date()).emptied_by] == ["q"]


def test_the_number_of_queries_does_not_grow_with_rows():
    edition("one", "Sample one")
    counts = []
    for more in (0, 29):
        for number in range(more):
            edition(f"more-{number}", f"Sample number {number}")
        for filters in (Filters(), Filters(q="sample"), Filters(q="sampel")):
            with CaptureQueriesContext(connection) as caught:
                page = catalogue(filters, AT.date(), page_size=50)
            counts.append((len(caught), page.total))
    assert [count for count, _ in counts[:3]] == [count for count, _ in counts[3:]]
    assert [total for _, total in counts] == [1, 1, 1, 30, 30, 30]


def test_ended_activities_are_not_listed():
    edition("ended", "Ended", ends_on=AT.date().replace(year=AT.year - 1), released_on=AT.date().replace(year=AT.year - 2))
    assert catalogue(Filters(), AT.date()).total == 0
