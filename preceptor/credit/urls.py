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
    path("certificates/<str:serial>.credential.json", views.credential, name="credential"),
    path("certificates/<str:serial>.credential.jwt", views.token, name="token"),
    path("verify/", views.verify, name="verify"),
    path("verify/check/", views.check, name="check"),
    path("verify/check/<uuid:uuid>/", views.checked, name="checked"),
    path("verify/keys.json", views.keys, name="keys"),
    path("verify/pdf-certificates.pem", views.pdf_certificates, name="pdf_certificates"),
    path("verify/verify_certificate.py", views.verify_script, name="verify_script"),
    path("credentials/status/<int:number>", views.status_list, name="status_list"),
    path(".well-known/did.json", views.did, name="did"),
    # Where PUBLIC_URL has a path, did:web looks for the document below it.
    path("did.json", views.did, name="did_below"),
    path("verify/<str:serial>/", views.verification, name="verification"),
    path("transcript/", views.transcript, name="transcript"),
    path("transcript.pdf", views.transcript_pdf, name="transcript_pdf"),
]
