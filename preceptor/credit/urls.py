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
    path("transcript.csv", views.transcript_csv, name="transcript_csv"),
    path("transcript.clr.json", views.transcript_clr, name="transcript_clr"),
    path("transcript/self-reported/", views.external, name="external"),
    path("transcript/self-reported/add/", views.external_add, name="external_add"),
    path("transcript/self-reported/<uuid:uuid>/", views.external_edit, name="external_edit"),
    path("transcript/self-reported/<uuid:uuid>/proof/", views.external_proof, name="external_proof"),
    path("transcript/self-reported/<uuid:uuid>/remove/", views.external_remove, name="external_remove"),
    path("transcript/self-reported/<uuid:uuid>/restore/", views.external_restore, name="external_restore"),
    path("transcript/requirements/", views.requirements, name="requirements"),
    path("transcript/requirements.ics", views.requirements_ics, name="requirements_ics"),
    path("transcript/requirements/own/", views.requirement_own, name="requirement_own"),
    path("transcript/requirements/follow/<slug:key>/", views.requirement_follow, name="requirement_follow"),
    path("transcript/requirements/<uuid:uuid>/", views.requirement_edit, name="requirement_edit"),
    path("transcript/requirements/<uuid:uuid>/next/", views.requirement_next, name="requirement_next"),
    path("transcript/requirements/<uuid:uuid>/leave/", views.requirement_leave, name="requirement_leave"),
    path("transcript/requirements/<uuid:uuid>/resume/", views.requirement_resume, name="requirement_resume"),
]
