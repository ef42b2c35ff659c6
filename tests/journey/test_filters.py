"""What an address of the course listing asks for. Addresses are shared and aged: nonsense is left out."""

import pytest
from django.http import QueryDict

from preceptor.catalog.queries import Filters
from preceptor.journey.forms import filters_from, query_of


def test_filters_are_read_from_the_address() -> None:
    asked = QueryDict("q=+her2+&topic=a&topic=b&topic=a&free=yes&page=3&sort=title&length=30")
    assert filters_from(asked) == Filters(q="her2", topic=("a", "b"), free=True, page=3, sort="title", length=("30",))


@pytest.mark.parametrize(
    "asked", ["", "page=x", "page=-1", "page=1234567", "sort=;drop", "free=0", "free=", "topic=", "q=%00", "with_ended=1", "ended=1"]
)
def test_nonsense_is_left_out(asked: str) -> None:
    assert filters_from(QueryDict(asked)) == Filters()


def test_the_address_of_filters_leads_back_to_them() -> None:
    filters = Filters(q="her2 & more", topic=("a", "b"), profession=("physician",), credit=("ama_pra_1",), free=True, sort="shortest")
    assert filters_from(QueryDict(query_of(filters))) == filters
