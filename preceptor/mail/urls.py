"""Where the room's pages hang."""

from django.urls import path

from preceptor.mail import views

app_name = "mail"
urlpatterns = [
    path("mail/events/", views.events, name="events"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<slug:key>/", views.mailbox_letter, name="mailbox_letter"),
    path("mailbox/<slug:key>/html/", views.mailbox_html, name="mailbox_html"),
    path("mailbox/<slug:key>/attachments/<int:number>/", views.mailbox_attachment, name="mailbox_attachment"),
]
