"""What we ask of activities and editions: which is current, what the catalogue lists, what a search finds."""

from preceptor.catalog.queries.editions import current_edition, current_editions, newest_titles
from preceptor.catalog.queries.listing import (
    CataloguePage,
    CatalogueRow,
    Emptied,
    Facet,
    FacetOption,
    Filters,
    OfferRow,
    catalogue,
)
from preceptor.catalog.queries.offers import (
    OfferStanding,
    Statements,
    WorksheetView,
    designation_of,
    offer_standings,
    partner_names,
    statements_of,
    worksheet_from,
    worksheet_of,
)
from preceptor.catalog.queries.search import search

__all__ = [
    "CataloguePage",
    "CatalogueRow",
    "Emptied",
    "Facet",
    "FacetOption",
    "Filters",
    "OfferRow",
    "OfferStanding",
    "Statements",
    "WorksheetView",
    "catalogue",
    "current_edition",
    "current_editions",
    "designation_of",
    "newest_titles",
    "offer_standings",
    "partner_names",
    "search",
    "statements_of",
    "worksheet_from",
    "worksheet_of",
]
