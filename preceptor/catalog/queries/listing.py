"""The catalogue: filtered and ranked rows with counts beside every filter, in a constant number of queries."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from preceptor.accreditation.models import Accreditation
from preceptor.accreditation.queries import pack_on
from preceptor.accreditation.rules import Pack
from preceptor.catalog.models import CreditOffer, Edition, RoleHolder
from preceptor.catalog.queries.editions import current_editions
from preceptor.catalog.queries.search import search
from preceptor.catalog.rules import is_offer_open, length_band, topic_key

PAGE_SIZE = 24
LENGTHS = {"15": "15 minutes or less", "30": "16 to 30 minutes", "60": "31 to 60 minutes", "over": "More than 60 minutes"}
FACETS = {
    "topic": "Topic", "profession": "Profession", "credit": "Credit type", "asked": "Counts toward", "format": "Format", "length": "Length", "free": "Fee",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What somebody asked the catalogue for. Values of one facet are alternatives; facets narrow each other."""

    q: str = ""
    topic: tuple[str, ...] = ()
    profession: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    length: tuple[str, ...] = ()
    free: bool = False
    sort: str = ""
    page: int = 1

    def chosen(self, name: str) -> tuple[str, ...]:
        """The chosen values of a facet."""
        if name == "free":
            return ("yes",) if self.free else ()
        return tuple(getattr(self, name))

    def without(self, name: str) -> "Filters":
        """The same without one facet, or without the search text ("q")."""
        empty: dict[str, object] = {"q": "", "free": False}
        return replace(self, **{name: empty.get(name, ())})  # type: ignore[arg-type]


@dataclass(frozen=True)
class OfferRow:
    """Credit offered by a row's edition. `text` is plain, `markdown` as printed."""

    system: str
    label: str
    amount: Decimal
    text: str
    markdown: str
    professions: tuple[str, ...]


@dataclass(frozen=True)
class CatalogueRow:
    """An activity as the list shows it."""

    edition_id: int
    activity_id: int
    slug: str
    title: str
    subtitle: str
    summary: str
    topic: str
    topic_label: str
    area: str
    cover: str
    format: str
    format_label: str
    medium: str
    minutes: int
    fee_cents: int
    released_on: date
    ends_on: date | None
    is_sample: bool
    provider: str
    professions: tuple[str, ...]
    offers: tuple[OfferRow, ...]
    faculty: tuple[str, ...]


@dataclass(frozen=True)
class FacetOption:
    """A value of a facet, with how many activities it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter with its values."""

    name: str
    label: str
    options: tuple[FacetOption, ...]


@dataclass(frozen=True)
class Emptied:
    """A filter that alone empties the list: without it, `count` activities (at least one) would be there."""

    name: str
    label: str
    count: int


@dataclass(frozen=True)
class CataloguePage:
    """One page of the catalogue."""

    rows: tuple[CatalogueRow, ...]
    facets: tuple[Facet, ...]
    total: int
    page: int
    pages: int
    emptied_by: tuple[Emptied, ...] = ()


@dataclass(frozen=True)
class _Bounds:
    ends_on: date | None


@dataclass(frozen=True)
class _Light:
    """As much of an edition as filters need."""

    pk: int
    title: str
    released_on: date
    minutes: int
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def catalogue(filters: Filters, day: date, *, page_size: int = PAGE_SIZE) -> CataloguePage:
    """Rows of the current editions that fit the filters, ranked by the search or newest first, with counts beside every filter."""
    pack = pack_on(day)
    lights, topics = _lights(day)
    scores = search(filters.q) if filters.q else None
    found = [light for light in lights if scores is None or light.pk in scores]
    fitting = [light for light in found if _fits(light, filters)]
    fitting.sort(key=_order(filters.sort, scores or {}))
    pages = max(1, -(-len(fitting) // page_size))
    page = min(max(filters.page, 1), pages)
    shown = fitting[(page - 1) * page_size : page * page_size]
    return CataloguePage(
        rows=tuple(_rows(shown, day, pack)),
        facets=tuple(_facet(name, found, filters, _labels(name, pack, topics)) for name in FACETS),
        total=len(fitting),
        page=page,
        pages=pages,
        emptied_by=tuple(one for one in _emptied(lights, found, filters) if one.count) if not fitting else (),
    )


def _lights(day: date) -> tuple[list[_Light], dict[str, str]]:
    editions = current_editions(day).filter(ends_on__gte=day)
    offers = _open_systems(editions, day)
    lights, topics = [], {}
    fields = ("pk", "title", "released_on", "minutes", "topic", "topic_label", "format", "professions", "fee_cents", "state_topics")
    for row in editions.values(*fields):
        topics[row["topic"]] = row["topic_label"]
        values = {
            "topic": (row["topic"],),
            "profession": tuple(row["professions"]),
            "credit": tuple(offers.get(row["pk"], ())),
            "asked": tuple(dict.fromkeys(topic_key(str(tag.get("topic", ""))) for tag in row["state_topics"])),
            "format": (row["format"],),
            "length": (length_band(row["minutes"]),),
            "free": ("yes",) if row["fee_cents"] == 0 else (),
        }
        lights.append(_Light(row["pk"], row["title"], row["released_on"], row["minutes"], values))
    return lights, topics


def _open_systems(editions: QuerySet[Edition], day: date) -> dict[int, list[str]]:
    """Edition → the credit that can be claimed there on the day, in two queries."""
    pack = pack_on(day)
    held: dict[int, list[Accreditation]] = {}
    for accreditation in Accreditation.objects.order_by("pk"):
        held.setdefault(accreditation.provider_id, []).append(accreditation)
    found: dict[int, list[str]] = {}
    columns = (
        "edition",
        "edition__ends_on",
        "edition__activity__provider",
        "system",
        "identifier",
        "approved_from",
        "valid_to",
        "evidence",
    )
    rows: Iterable[Any] = CreditOffer.objects.filter(edition__in=editions.values("pk")).values_list(*columns, named=True)
    for row in rows:
        if is_offer_open(row, _Bounds(row.edition__ends_on), held.get(row.edition__activity__provider, []), day, pack=pack):
            found.setdefault(row.edition, []).append(row.system)
    return found


def _fits(light: _Light, filters: Filters, *, but: str = "") -> bool:
    for name in FACETS:
        chosen = filters.chosen(name)
        if name != but and chosen and not set(chosen) & set(light.values[name]):
            return False
    return True


def _order(sort: str, scores: Mapping[int, float]) -> Callable[[_Light], tuple[object, ...]]:
    if sort == "title":
        return lambda light: (light.title.casefold(), light.pk)
    if sort == "shortest":
        return lambda light: (light.minutes, light.title.casefold(), light.pk)
    return lambda light: (
        -scores.get(light.pk, 0.0) if sort != "newest" else 0.0,
        -light.released_on.toordinal(),
        light.title.casefold(),
        light.pk,
    )


def _facet(name: str, found: Iterable[_Light], filters: Filters, labels: Mapping[str, str]) -> Facet:
    counts = Counter(value for light in found if _fits(light, filters, but=name) for value in light.values[name])
    chosen = filters.chosen(name)
    values = [value for value in labels if counts[value] or value in chosen]
    return Facet(name, FACETS[name], tuple(FacetOption(value, labels[value], counts[value], value in chosen) for value in values))


def _labels(name: str, pack: Pack, topics: Mapping[str, str]) -> dict[str, str]:
    if name == "topic":
        return dict(sorted(topics.items(), key=lambda pair: pair[1]))
    if name == "profession":
        return {code: profession.many for code, profession in pack.professions.items()}
    if name == "credit":
        return {key: system.label for key, system in pack.systems.items() if system.is_credit}
    if name == "asked":
        return {key: topic.label for key, topic in pack.topics.items()}
    if name == "format":
        return {code: format.label for code, format in pack.formats.items()}
    return LENGTHS if name == "length" else {"yes": "Free of charge"}


def _emptied(lights: Sequence[_Light], found: Sequence[_Light], filters: Filters) -> Iterable[Emptied]:
    if filters.q:
        yield Emptied("q", f"“{filters.q}”", sum(_fits(light, filters) for light in lights))
    for name, label in FACETS.items():
        if filters.chosen(name):
            yield Emptied(name, label, sum(_fits(light, filters, but=name) for light in found))


def _rows(lights: Sequence[_Light], day: date, pack: Pack) -> Iterable[CatalogueRow]:
    pks = [light.pk for light in lights]
    editions = Edition.objects.filter(pk__in=pks).select_related("activity__provider").prefetch_related("offers").in_bulk()
    shown = {light.pk: light.values["credit"] for light in lights}
    faculty: dict[int, list[str]] = {}
    holders = RoleHolder.objects.filter(edition__in=pks, role__in=["faculty", "author"]).order_by("position", "pk")
    for edition_pk, name in holders.values_list("edition", "printed_name"):
        if name not in faculty.setdefault(edition_pk, []):
            faculty[edition_pk].append(name)
    for pk in pks:
        edition = editions[pk]
        yield CatalogueRow(
            edition_id=pk,
            activity_id=edition.activity_id,
            slug=edition.activity.slug,
            title=edition.title,
            subtitle=edition.subtitle,
            summary=edition.summary,
            topic=edition.topic,
            topic_label=edition.topic_label,
            area=edition.area,
            cover=edition.cover,
            format=edition.format,
            format_label=pack.formats[edition.format].label if edition.format in pack.formats else edition.format,
            medium=edition.medium,
            minutes=edition.minutes,
            fee_cents=edition.fee_cents,
            released_on=edition.released_on or day,
            ends_on=edition.ends_on,
            is_sample=edition.activity.is_sample,
            provider=edition.activity.provider.name,
            professions=tuple(edition.professions),
            offers=tuple(_offer(offer, pack) for offer in edition.offers.all() if offer.system in shown[pk]),
            faculty=tuple(faculty.get(pk, ())),
        )


def _offer(offer: CreditOffer, pack: Pack) -> OfferRow:
    system = pack.systems[offer.system]
    return OfferRow(
        offer.system, system.label, offer.amount, system.amount_text(offer.amount), system.amount_markdown(offer.amount), system.professions
    )
