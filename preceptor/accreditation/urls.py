"""Where the room's pages hang."""

from django.urls import URLPattern, URLResolver

app_name = "accreditation"
urlpatterns: list[URLPattern | URLResolver] = []
