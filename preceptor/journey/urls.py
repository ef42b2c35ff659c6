"""Where the corridor's own pages hang."""

from django.urls import URLPattern, URLResolver, path

from preceptor.journey import views

app_name = "journey"
urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/", views.catalogue, name="catalogue"),
    path("activities/<slug:slug>/", views.activity, name="activity"),
    path("activities/<slug:slug>/begin/", views.begin, name="begin"),
    path("home/", views.home, name="home"),
]
