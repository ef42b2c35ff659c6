"""Where the room's pages hang."""

from django.urls import URLPattern, URLResolver, path

from preceptor.evaluation import views

app_name = "evaluation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/<slug:slug>/evaluation/", views.evaluation, name="evaluation"),
    path("activities/<slug:slug>/evaluation/save/", views.save, name="save"),
]
