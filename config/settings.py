"""All settings, from the environment only. With nothing set: SQLite, mail sink and keys in var/, loopback, debug off. Each is told in docs/settings.md."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, validate

env = FileAwareEnv()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
_packs = env.str("PACKS_DIR", "")
PACKS_DIR = Path(_packs) if _packs else None
VERSION = re.search(r"^## +([0-9][^\s]*)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]  # type: ignore[index]


def _kept_secret(name: str) -> str:
    """A secret made once and kept in VAR_DIR, readable by its owner only."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        made = VAR_DIR / f".{name}-{os.getpid()}"
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Of several processes that start at once, the first one's secret is everybody's.
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()


DEBUG = False
PORT = env.int("PORT", 8000, validate=validate.Range(0, 65510))  # the sink's port lies 25 higher
PUBLIC_URL = env.str("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
IS_LOOPBACK = _public.hostname in {"127.0.0.1", "localhost", "::1"}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if IS_LOOPBACK else [_public.hostname])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECRET_KEY = env.str("SECRET_KEY", "") or _kept_secret("secret-key")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

ROOMS = [
    "kernel", "ui", "jobs", "logbook", "mail", "accreditation", "accounts", "catalog", "disclosure", "journey",
    "content", "assessment", "evaluation", "credit", "compliance", "records", "bundle", "studio", "demo",
]  # fmt: skip
INSTALLED_APPS = [
    "config",
    *(f"preceptor.{room}" for room in ROOMS if room != "kernel"),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "csp",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "preceptor.ui.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "preceptor.ui.middleware.SecurityHeadersMiddleware",
    "preceptor.ui.middleware.RefusedMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "preceptor.ui.context_processors.shell",
                "config.nav.navigation",
            ],
            "builtins": ["preceptor.ui.templatetags.ui"],
        },
    }
]

DATABASES: dict[str, Any] = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'preceptor.sqlite3'}")}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    # A credit once confirmed survives a power cut: synchronous=FULL. Writers queue instead of failing: IMMEDIATE and a long timeout.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.dj_cache_url("CACHE_URL", "db://preceptor_cache?max_entries=100000&cull_frequency=10")}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["preceptor.accounts.adapters.allauth.EmailBackend"]
PASSWORD_HASHERS = ["preceptor.accounts.adapters.hashers.TunedArgon2", "django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "given_name", "family_name"]}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "journey:home"
LOGOUT_REDIRECT_URL = "journey:catalogue"
ACCOUNT_ADAPTER = "preceptor.accounts.adapters.allauth.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "preceptor.accounts.forms.SignInForm",
    "signup": "preceptor.accounts.forms.SignUpForm",
    "reset_password": "preceptor.accounts.forms.ForgotForm",
    "reset_password_from_key": "preceptor.accounts.forms.NewPasswordForm",
    "change_password": "preceptor.accounts.forms.ChangePasswordForm",
    "set_password": "preceptor.accounts.forms.SetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
# "strict": signing up looks the same whether or not the address has an account. Addresses are unique once they are verified (accounts.User).
ACCOUNT_PREVENT_ENUMERATION = "strict"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
PASSWORD_RESET_TIMEOUT = 60 * 60
# Counted in the shared cache, so they hold for all processes together. "key" is the address that was typed.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,4/15m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "letter_to": "8/h/key",
    "resend_verification": "1/20s/user,8/h/user",
    "change_address": "5/m/user,15/h/user",
    "try_code": "20/m/user",
    "order_export": "5/m/user",
    "delete_account": "5/m/user,20/h/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if _public.scheme == "https" else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
FILE_UPLOAD_HANDLERS = ["preceptor.ui.middleware.NoFiles"]
CSRF_FAILURE_VIEW = "preceptor.ui.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
FONTS_DIR = VAR_DIR / "fonts"
STATICFILES_DIRS = [("fonts", FONTS_DIR)]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "preceptor.ui.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "preceptor.ui.storage.ShellStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# What PDFs are printed with beside the fonts that come along, and what signs them. Without a key of yours, one is made in VAR_DIR/keys.
FONT_DIRS: list[Path] = [Path(str(folder)) for folder in env.list("FONT_DIRS", list[str]())]
SYSTEM_FONTS = env.bool("SYSTEM_FONTS", True)
PDF_KEY_PKCS12 = env.str("PDF_KEY_PKCS12", "")
PDF_KEY_PASSWORD = env.str("PDF_KEY_PASSWORD", "")
PDF_KEY_PKCS11_MODULE = env.str("PDF_KEY_PKCS11_MODULE", "")
PDF_KEY_PKCS11_TOKEN = env.str("PDF_KEY_PKCS11_TOKEN", "")
PDF_KEY_PKCS11_LABEL = env.str("PDF_KEY_PKCS11_LABEL", "")
PDF_KEY_PKCS11_PIN = env.str("PDF_KEY_PKCS11_PIN", "")
PDF_TRUSTED_CERTIFICATES = env.str("PDF_TRUSTED_CERTIFICATES", "")
PDF_TIMESTAMP_URL = env.str("PDF_TIMESTAMP_URL", "")
PDF_TIMESTAMP_ROOTS = env.str("PDF_TIMESTAMP_ROOTS", "")
PDF_LONG_TERM = env.bool("PDF_LONG_TERM", False)

# Where the credit ledger's signed heads are kept outside of the database, and to whom they are sent.
LEDGER_SEALS_FILE = env.str("LEDGER_SEALS_FILE", str(VAR_DIR / "ledger-seals.jsonl"))
LEDGER_SEAL_TO: list[str] = env.list("LEDGER_SEAL_TO", [])

# Without EMAIL_URL, letters go through a real SMTP conversation to the sink that `make run` starts; the mailbox page shows them on loopback only.
HAS_MAIL_SINK = not env.str("EMAIL_URL", "") and IS_LOOPBACK
MAIL_SINK_PORT = env.int("MAIL_SINK_PORT", PORT + 25, validate=validate.Range(0, 65535))
MAIL_SINK_DIR = VAR_DIR / "mailbox"
_email = env.dj_email_url("EMAIL_URL", f"smtp://127.0.0.1:{MAIL_SINK_PORT}")
EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _email["EMAIL_USE_TLS"], _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 15)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "no-reply@localhost")
# Whose letters they are, where MAIL_FROM names nobody: the one word upward that the letter box needs.
MAIL_SENDER_NAME = "preceptor.accreditation.queries.main_provider_name"
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", "")
MAIL_RETURN_PATH = env.str("MAIL_RETURN_PATH", "")
MAIL_ASK_DELIVERED = env.bool("MAIL_ASK_DELIVERED", False)
MAIL_DOMAIN_LIMITS = env.str("MAIL_DOMAIN_LIMITS", "*=4/0")
MAIL_DKIM_KEY = env.str("MAIL_DKIM_KEY", "")
MAIL_DKIM_SELECTOR = env.str("MAIL_DKIM_SELECTOR", "preceptor")
MAIL_DKIM_DOMAIN = env.str("MAIL_DKIM_DOMAIN", DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> "))
MAIL_WEBHOOK = env.str("MAIL_WEBHOOK", "")
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", "")

WORKER_SIDE_JOBS = env.int("WORKER_SIDE_JOBS", 8)

# How many years a credit record is kept after its learner's last completion. Accreditors ask for six; a provider may keep longer.
RETENTION_YEARS = env.int("RETENTION_YEARS", 6)
if RETENTION_YEARS < 6:
    raise ImproperlyConfigured("RETENTION_YEARS is less than the six years for which a credit record has to be kept.")

# Whether links of references are looked at from here; off, they are unknown.
CHECK_LINKS = env.bool("CHECK_LINKS", False)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
