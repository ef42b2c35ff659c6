"""What we accept from people in the corridor."""

from django.http import QueryDict

from preceptor.catalog.queries import Filters

SORTS = {"": "Newest", "title": "Title", "shortest": "Shortest"}
SEARCH_SORTS = {"": "Best match", "newest": "Newest", "shortest": "Shortest"}


def filters_from(asked: QueryDict) -> Filters:
    """The filters that an address holds; what makes no sense there is passed over, since addresses are shared and aged."""
    page = asked.get("page", "1")

    def chosen(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value[:60] for value in asked.getlist(name)[:20] if value))

    return Filters(
        q=asked.get("q", "").strip().replace("\x00", "")[:200],
        topic=chosen("topic"),
        profession=chosen("profession"),
        credit=chosen("credit"),
        asked=chosen("asked"),
        format=chosen("format"),
        length=chosen("length"),
        free=asked.get("free") == "yes",
        sort=asked.get("sort", "") if asked.get("sort", "") in {**SORTS, **SEARCH_SORTS} else "",
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def query_of(filters: Filters) -> str:
    """The address's query that holds these filters (without the page)."""
    query = QueryDict(mutable=True)
    if filters.q:
        query["q"] = filters.q
    for name in ("topic", "profession", "credit", "asked", "format", "length"):
        if values := filters.chosen(name):
            query.setlist(name, list(values))
    if filters.free:
        query["free"] = "yes"
    if filters.sort:
        query["sort"] = filters.sort
    return query.urlencode()
