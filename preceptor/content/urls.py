"""Where the room's pages hang. Every one of them stands behind a door."""

from django.urls import URLPattern, URLResolver, path

from preceptor.content import views

app_name = "content"
urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/<slug:slug>/learn/", views.learn, name="learn"),
    path("activities/<slug:slug>/learn/<slug:key>/", views.part, name="part"),
    path("activities/<slug:slug>/learn/<slug:key>/opened/", views.opened, name="opened"),
    path("activities/<slug:slug>/learn/<slug:key>/progress/", views.progress, name="progress"),
    path("activities/<slug:slug>/learn/<slug:key>/answer/", views.answer, name="answer"),
    path("activities/<slug:slug>/media/<uuid:uuid>/<str:name>", views.media, name="media"),
    path("activities/<slug:slug>/activity.pdf", views.printable, name="printable"),
]
