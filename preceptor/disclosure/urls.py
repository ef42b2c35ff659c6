"""Where the disclosure form hangs. The token stands in one address only, which answers nothing but the way on."""

from django.urls import path

from preceptor.disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("disclosure/link/", views.link, name="link"),
    path("disclosure/link/sent/", views.link_sent, name="link_sent"),
    path("disclosure/form/<uuid:uuid>/link/", views.new_link, name="new_link"),
    path("disclosure/form/<uuid:uuid>/", views.form, name="form"),
    path("disclosure/form/<uuid:uuid>/done/", views.done, name="done"),
    path("disclosure/agreements/<uuid:uuid>/", views.agreement, name="agreement"),
    # Whatever a mail program has made of the link: nothing of it comes to the page for addresses that do not exist, and to its log line.
    path("disclosure/<path:token>", views.open_link, name="open"),
]
