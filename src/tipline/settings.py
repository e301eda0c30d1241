"""Django's settings, derived from `tipline.core.config` and nothing else."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from tipline.core.config import config
from tipline.core.database import database_urls, django_database
from tipline.core.secrets import session_keys
from tipline.core.single_sign_on import single_sign_on

_config = config()
_urls = database_urls(_config)


def _session_keys() -> list[str]:
    """The keys that `tipline up` made. Tools that only import the code (mypy, docs) get a key of the moment."""
    if not _config.secret_key_file.exists():
        return [secrets.token_hex(32)]
    return session_keys(_config)


SECRET_KEY, *SECRET_KEY_FALLBACKS = _session_keys()
DEBUG = False
ALLOWED_HOSTS = list(_config.allowed_hosts)
RANGE = _config.range  # the training range: an installation of its own, with a banner, addresses and cookies of its own

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "tipline.core",
    "tipline.trust.agencies",
    "tipline.trust.accounts",
    "tipline.trust.audit",
    "tipline.reports",
    "tipline.referrals",
    "tipline.referrals.queue",
    "tipline.referrals.bundles",
    "tipline.intake.doors",
    "tipline.intake.cybertipline",
    "tipline.intake.sandbox",
    "tipline.intake.public_form",
    "tipline.pipeline",
    "tipline.pipeline.attribution",
    "tipline.pipeline.linking",
    "tipline.pipeline.matching",
    "tipline.pipeline.triage",
    "tipline.pipeline.routing",
    "tipline.investigation.operations",
    "tipline.investigation.cases",
    "tipline.investigation.deconfliction",
    "tipline.investigation.legal.clocks",
    "tipline.investigation.legal.letters",
    "tipline.investigation.process",
    "tipline.investigation.replies",
    "tipline.investigation.exhibits",
    "tipline.investigation.outcomes",
    "tipline.investigation.safeguarding",
    "tipline.investigation.leads",
    "tipline.investigation.retention",
    "tipline.exchange.federation",
    "tipline.exchange.hash_lists",
    "tipline.exchange.package",
    "tipline.exchange.parties",
    "tipline.exchange.record",
    "tipline.exchange.webhooks",
    "tipline.statistics",
    "tipline.statistics.publishing",
    "tipline.training.courses",
    "tipline.training.attempts",
    "tipline.training.desk",
    "tipline.console",
    "tipline.api",
]

# Everything below `FaceMiddleware` is the console's: the door and other addresses for machines pass it by (tipline/faces.py).
MIDDLEWARE = [
    "tipline.console.security.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tipline.faces.FaceMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tipline.trust.accounts.sessions.SessionTimesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "tipline.range_urls" if RANGE else "tipline.urls"
WSGI_APPLICATION = "tipline.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tipline.console.navigation.navigation",
                "tipline.console.navigation.training_range",
            ],
        },
    }
]

# The application's own role by default; migrations name the other one.
DATABASES = {
    "default": django_database(_urls.app, application_name="tipline"),
    "owner": django_database(_urls.owner, application_name="tipline-owner"),
}
DATABASES["default"]["CONN_MAX_AGE"] = None
# Statements that repeat are prepared, so that PostgreSQL plans the policies of row-level security once a connection and not once
# a statement (docs/explanation/visibility.md).
DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["tipline.trust.accounts.backend.AccountBackend"]
LOGIN_URL = "console:sign-in"
LOGIN_REDIRECT_URL = "console:home"
LOGOUT_REDIRECT_URL = "console:sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "tipline.trust.accounts.passwords.PasswordValidator"}]

# django-allauth gives the parts (factors, passkeys, sessions, single sign-on); pages and addresses are the console's own.
# Accounts are made by administrators: no sign-up, no change of address, no reset by e-mail.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tipline.trust.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "tipline.trust.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Tipline"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds either way: telephones' clocks drift
SOCIALACCOUNT_ADAPTER = "tipline.console.accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = single_sign_on(_config)

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# __Host-: a browser takes it over TLS alone, for this host alone, and no neighbour below the same domain can set one
# the range has names of its own: both may run on one host, and cookies know no port
_cookie = f"{'__Host-' if _config.https else ''}tipline{'_range' if RANGE else ''}"
SESSION_COOKIE_NAME = f"{_cookie}_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # not Strict: who comes back from a single sign-on comes from another site
SESSION_COOKIE_AGE = 10 * 60 * 60  # seconds: one long shift; trust/accounts/sessions.py ends it sooner when idle
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.https
CSRF_COOKIE_NAME = f"{_cookie}_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # ends with the browser, as the session does
CSRF_FAILURE_VIEW = "tipline.console.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _config.https else None
SECURE_HSTS_SECONDS = 31_536_000 if _config.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _config.https
SECURE_SSL_REDIRECT = _config.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked on the machine itself, past the proxy
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # a place in browsers' preload lists is for a domain's owner to ask for

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None
# Letters in Hindi and Marathi are read on screens of machines that have no such font; the papers' own is there already.
STATICFILES_DIRS = [("console/fonts", Path(__file__).parent / "core" / "printing" / "fonts")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

# A door refuses by its own limits and in its own words; these keep the console's forms small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "tipline.console.uploads.SpooledUploads",  # larger ones, where a view takes them
]

LOGGING_CONFIG = None  # core/logs.py speaks structlog

# Only a worker needs the jobs themselves, and with them nearly everything they import (`cli/worker.py`): all others defer by name.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_ON_APP_READY = None
