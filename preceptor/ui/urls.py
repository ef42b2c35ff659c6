"""The one address of the shell: the choice of light or dark."""

from django.urls import path

from preceptor.ui import views

app_name = "ui"

urlpatterns = [
    path("look/", views.set_look, name="set_look"),
]
