"""Where the room's pages hang."""

from django.urls import URLPattern, URLResolver, path

from preceptor.credit import views

app_name = "credit"
urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/<slug:slug>/claim/", views.claim, name="claim"),
    path("activities/<slug:slug>/certificate/", views.certificate, name="certificate"),
    path("activities/<slug:slug>/certificate/correct/", views.correct, name="correct"),
    path("activities/<slug:slug>/certificate/points/", views.boards, name="boards"),
    path("activities/<slug:slug>/certificate/send/", views.send, name="send"),
    path("certificates/<str:serial>/", views.sheet, name="sheet"),
    path("certificates/<str:serial>.pdf", views.pdf, name="pdf"),
    path("verify/", views.verify, name="verify"),
    path("credentials/status/<int:number>", views.status_list, name="status_list"),
    path("verify/<str:serial>/", views.verification, name="verification"),
    path("transcript/", views.transcript, name="transcript"),
    path("transcript.pdf", views.transcript_pdf, name="transcript_pdf"),
]
