"""The corridor's pages: course listing, activity, what to know before the start, home."""

from dataclasses import replace
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.accounts.access import SignedInRequest, signed_in
from preceptor.accounts.models import User
from preceptor.catalog.models import Activity
from preceptor.catalog.queries import Filters
from preceptor.journey import actions
from preceptor.journey.forms import SEARCH_SORTS, SORTS, filters_from, query_of
from preceptor.journey.queries import next_url, standing_of, wanted_fragment
from preceptor.journey.queries.listing import listing_page
from preceptor.journey.queries.pages import activity_page, begin_page, home_page

LISTING = "listing_query"


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _activity(slug: str) -> Activity:
    return get_object_or_404(Activity.objects.select_related("provider"), slug=slug)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The course listing: open to everybody; the address holds search, filters and page."""
    filters = filters_from(request.GET)
    page = listing_page(filters, _user(request), timezone.now())
    chips = [
        (facet, option, _without(filters, facet.name, option.value))
        for facet in page.found.facets
        for option in facet.options
        if option.is_chosen
    ]
    emptied = [(emptied, query_of(filters.without(emptied.name))) for emptied in page.found.emptied_by]
    sorts = (SEARCH_SORTS if filters.q else SORTS).items()
    context = {"page": page, "chips": chips, "emptied": emptied, "sorts": sorts, "query": query_of(filters)}
    _remember_listing(request, _query_with_page(filters))
    return render(request, "journey/catalogue.html", context)


def _query_with_page(filters: Filters) -> str:
    return "&".join(filter(None, [query_of(filters), f"page={filters.page}" if filters.page > 1 else ""]))


def _remember_listing(request: HttpRequest, query: str) -> None:
    """For the way back, of people who are signed in only: a row in our tables for every passer-by would be theirs to multiply."""
    if request.user.is_authenticated and request.session.get(LISTING, "") != query:
        request.session[LISTING] = query


def _listing_url(request: HttpRequest) -> str:
    """The course listing as it was left: the one that the browser comes from, else the one that was remembered."""
    url, came = reverse("journey:catalogue"), urlsplit(request.headers.get("Referer", ""))
    is_from_it = (came.netloc, came.path) == (request.get_host(), url)
    query = _query_with_page(filters_from(QueryDict(came.query))) if is_from_it else request.session.get(LISTING, "")
    return f"{url}?{query}" if query else url


def _without(filters: Filters, name: str, value: str) -> str:
    narrower = filters.without(name)
    left = tuple(other for other in filters.chosen(name) if other != value)
    return query_of(narrower if name == "free" else replace(narrower, **{name: left}))  # type: ignore[arg-type]


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    """The activity page: open to everybody, also after the activity has ended."""
    page = activity_page(_activity(slug), _user(request), timezone.now())
    if page is None:
        raise Http404("nothing published")
    return render(request, "journey/activity.html", {"page": page, "listing": _listing_url(request)})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: SignedInRequest, slug: str) -> HttpResponse:
    """What has to be read before the start, with one Begin button after it; its POST is the record."""
    subject, at = _activity(slug), timezone.now()
    standing = standing_of(_user(request), subject, at)
    if standing is None:
        raise Http404("nothing published")
    if request.method == "POST":
        fragment = request.POST.get("fragment", "")
        held = actions.begin(request.user, standing.edition, standing.participation, fragment=fragment, at=at)
        return HttpResponseRedirect(next_url(held), status=303)
    wanted = wanted_fragment(standing.edition, standing.participation, at)
    if wanted is None and standing.participation:
        return HttpResponseRedirect(next_url(standing.participation), status=303)
    return render(request, "journey/begin.html", {"page": begin_page(standing, wanted, at)})


@signed_in
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """What the learner has under way and what is completed."""
    return render(request, "journey/home.html", {"page": home_page(request.user, timezone.now())})
