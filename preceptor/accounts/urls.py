"""Where the room's pages hang: our own under the name "accounts", the library's under the names that it looks for."""

from allauth.account import views as library
from django.urls import include, path, re_path

from preceptor.accounts import views

own = [
    path("", views.profile, name="profile"),
    path("name/", views.save_name, name="save_name"),
    path("profession/", views.change_profession, name="change_profession"),
    path("identifiers/<slug:kind>/remove/", views.remove_identifier, name="remove_identifier"),
    path("verify/", views.verify, name="verify"),
    path("verify/resend/", views.resend, name="resend"),
    path("verify/address/", views.change_address, name="change_address"),
    path("verify/keep/", views.keep_address, name="keep_address"),
]
entrance = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-out/", library.logout, name="account_logout"),
    path("sign-up/", library.signup, name="account_signup"),
    path("closed/", library.account_inactive, name="account_inactive"),
    path("email/", views.to_verify, name="account_email"),
    path("email/sent/", views.to_verify, name="account_email_verification_sent"),
    re_path(r"^email/confirm/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"),
    path("password/", library.password_change, name="account_change_password"),
    path("password/set/", library.password_set, name="account_set_password"),
    path("password/forgot/", views.Forgot.as_view(), name="account_reset_password"),
    path("password/forgot/sent/", library.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", library.password_reset_from_key, name="account_reset_password_from_key"
    ),
    path("password/new/done/", library.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
urlpatterns = [path("account/", include((own, "accounts"))), path("account/", include(entrance))]
