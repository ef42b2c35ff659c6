"""One include per room, in visiting order."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="journey:catalogue"), name="root"),
    path("", include("preceptor.ui.urls")),
    path("", include("preceptor.journey.urls")),
    path("", include("preceptor.disclosure.urls")),
    path("", include("preceptor.content.urls")),
    path("", include("preceptor.assessment.urls")),
    path("", include("preceptor.evaluation.urls")),
    path("", include("preceptor.credit.urls")),
    path("", include("preceptor.records.urls")),
    path("", include("preceptor.accounts.urls")),
    path("", include("preceptor.accreditation.urls")),
    path("", include("preceptor.mail.urls")),
    # The admin's own page would count no tries and send no notice.
    path("operators/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("studio/", include("preceptor.studio.urls")),
    path("operators/", admin.site.urls),
]
handler400 = "preceptor.ui.views.bad_request"
handler403 = "preceptor.ui.views.permission_denied"
handler404 = "preceptor.ui.views.not_found"
handler429 = "preceptor.ui.views.too_many"
handler500 = "preceptor.ui.views.server_error"
