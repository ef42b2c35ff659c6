"""Where the room's pages hang."""

from django.urls import URLPattern, URLResolver, path

from preceptor.accreditation import views

app_name = "accreditation"
urlpatterns: list[URLPattern | URLResolver] = [path("policies/", views.policies, name="policies")]
