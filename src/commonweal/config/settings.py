"""Settings: each is read once, checked strictly, and fails at start with its name and the allowed values."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


def _flag(name: str, default: bool) -> bool:
    text = os.environ.get(name, "on" if default else "off").lower()
    if text not in {"on", "off"}:
        raise ImproperlyConfigured(f"{name}={text!r}: use on or off.")
    return text == "on"


def _seconds(name: str, text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise ImproperlyConfigured(f"{name}={text!r}: use a whole number of seconds from 1 to {most}.")
    return int(text)


def _database(url: str, home: Path) -> dict[str, Any]:
    """SQLite in the instance's home, or PostgreSQL by DATABASE_URL=postgresql://user:password@host:port/name."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "commonweal.sqlite3",
            "OPTIONS": {
                # IMMEDIATE: writers wait their turn instead of failing with "database is locked"
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL={parts.scheme}://...: use postgresql://user:password@host:port/name."
        )
    try:
        port = str(parts.port or "")
    except ValueError as fault:
        raise ImproperlyConfigured("DATABASE_URL: its port is no number from 1 to 65535.") from fault
    if not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL names no database: end it with /name.")
    socket = unquote(parts.query.removeprefix("host=")) if parts.query.startswith("host=") else ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket or parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _secret(home: Path) -> str:
    """The instance's key: COMMONWEAL_SECRET_KEY, or the file that `commonweal init` made."""
    given = os.environ.get("COMMONWEAL_SECRET_KEY", "")
    kept = home / "secret.key"
    if given or not kept.exists():
        return given or secrets.token_urlsafe(50)
    return kept.read_text(encoding="ascii").strip()


def _oidc() -> dict[str, Any]:
    """The site's OpenID Connect provider, or none; half a configuration is refused."""
    names = ("ISSUER", "CLIENT_ID", "SECRET")
    given = {name: os.environ.get(f"COMMONWEAL_OIDC_{name}", "") for name in names}
    if not any(given.values()):
        return {}
    if missing := [f"COMMONWEAL_OIDC_{name}" for name, value in given.items() if not value]:
        raise ImproperlyConfigured(f"OIDC is half configured: set {', '.join(missing)}.")
    app = {
        "provider_id": "agency",
        "name": os.environ.get("COMMONWEAL_OIDC_NAME", "Agency sign-in"),
        "client_id": given["CLIENT_ID"],
        "secret": given["SECRET"],
        "settings": {"server_url": given["ISSUER"]},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def _saml() -> dict[str, Any]:
    """The site's SAML identity provider, or none; half a configuration is refused. See docs/how-to."""
    names = ("ENTITY_ID", "SSO_URL", "CERTIFICATE")
    given = {name: os.environ.get(f"COMMONWEAL_SAML_{name}", "") for name in names}
    if not any(given.values()):
        return {}
    if missing := [f"COMMONWEAL_SAML_{name}" for name, value in given.items() if not value]:
        raise ImproperlyConfigured(f"SAML is half configured: set {', '.join(missing)}.")
    try:
        certificate = Path(given["CERTIFICATE"]).read_text(encoding="ascii")
    except (OSError, UnicodeError) as fault:
        raise ImproperlyConfigured(
            f"COMMONWEAL_SAML_CERTIFICATE={given['CERTIFICATE']!r}: name a PEM file that can be read."
        ) from fault
    app = {
        "provider_id": given["ENTITY_ID"],
        "name": os.environ.get("COMMONWEAL_SAML_NAME", "Agency sign-in"),
        "client_id": "agency",
        "settings": {
            "attribute_mapping": SAML_ATTRIBUTES,
            "use_nameid_for_email": False,
            "verified_email": True,  # the site chose its provider; a stranger's address finds no account
            "idp": {
                "entity_id": given["ENTITY_ID"],
                "sso_url": given["SSO_URL"],
                "x509cert": certificate,
            },
            "advanced": {
                "strict": True,
                "want_assertion_signed": True,
                "want_name_id": True,
                "reject_deprecated_algorithm": True,
                "reject_idp_initiated_sso": True,
                "allow_repeat_attribute_name": False,
                "allow_single_label_domains": True,  # a site on the agency's own network
            },
        },
    }
    return {"saml": {"APPS": [app]}}


def _smtp(url: str) -> dict[str, str]:
    """The site's mail server, or none: letters then lie as files in the instance's home."""
    if not url:
        return {}
    parts = urlsplit(url)
    ports = {"smtp": "25", "smtp+tls": "587", "smtps": "465"}
    try:
        port = str(parts.port or ports.get(parts.scheme, ""))
    except ValueError as fault:
        raise ImproperlyConfigured("COMMONWEAL_SMTP: its port is no number from 1 to 65535.") from fault
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            f"COMMONWEAL_SMTP={parts.scheme}://...: use smtp+tls://user:password@host:port (or smtp, smtps)."
        )
    secret = {"user": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    return {"scheme": parts.scheme, "host": parts.hostname, "port": port, **secret}


def _gateway(url: str) -> str:
    """The site's gateway for text messages, or none; in the clear only on this machine."""
    parts = urlsplit(url)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if url and (not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here))):
        raise ImproperlyConfigured(
            f"COMMONWEAL_SMS_URL={url!r}: use an https address (http only on this machine)."
        )
    return url


def _scanner(text: str) -> str:
    """How files handed in are checked against malware, or none: clamd by socket or by host."""
    parts = urlsplit(text)
    try:
        is_host = parts.scheme == "clamd" and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        is_host = False
    is_path = text.startswith("clamd:/") and not is_host and not text.startswith("clamd://")
    if text and not is_host and not is_path:
        raise ImproperlyConfigured(
            f"COMMONWEAL_SCANNER={text!r}: use clamd:/path/of/socket or clamd://host:port."
        )
    return text


def _megabytes(name: str, text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise ImproperlyConfigured(f"{name}={text!r}: use a whole number of megabytes from 1 to {most}.")
    return int(text) * 1_000_000


def _origin(url: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


# Under which names a provider may send the address that finds the account
SAML_ATTRIBUTES = {
    "email": [
        "email",
        "mail",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    ],
}
PACKAGE = Path(__file__).resolve().parent.parent
COMMONWEAL_HOME = Path(os.environ.get("COMMONWEAL_HOME", "instance")).resolve()
DEMO = _flag("COMMONWEAL_DEMO", False)
DEBUG = _flag("COMMONWEAL_DEBUG", False)
SECRET_KEY = _secret(COMMONWEAL_HOME)
ALLOWED_HOSTS = os.environ.get("COMMONWEAL_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
POLICY_PACKS = os.environ.get("COMMONWEAL_PACKS", "us_federal uk").split()
BASE_URL = os.environ.get("COMMONWEAL_URL", "http://localhost:8000").rstrip("/")
# How long another centre may leave a transferred call unanswered before it rings
TRANSFER_SECONDS = _seconds(
    "COMMONWEAL_TRANSFER_SECONDS", os.environ.get("COMMONWEAL_TRANSFER_SECONDS", "60"), 3600
)
# Hosts inside the own network that an operator lets webhooks go to (a name or an address, commas between)
WEBHOOK_HOSTS = frozenset(filter(None, os.environ.get("COMMONWEAL_WEBHOOK_HOSTS", "").split(",")))
JURISDICTION = os.environ.get("COMMONWEAL_JURISDICTION", "US")
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""), COMMONWEAL_HOME)}
CACHES = {  # in the database: a one-time code that was used at one process is used at all of them
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        # past this some go before their time: so many that nobody can drive a used code out by guessing
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = (
    "kernel agencies places people sharing directory training messages calls encounters referrals cases "
    "evaluation foresight planning community"
).split()
DESKS = (
    "desk board field provider casework tables records analyst planner evaluator steward trainer "
    "resident mine setup"
).split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "commonweal.web.saml",
    "axes",
    "ninja",
    *[f"commonweal.{room}.apps.{room.title()}Config" for room in ROOMS],
    "commonweal.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "commonweal.web.headers.HeadersMiddleware",  # outside all others: what they refuse carries them too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "commonweal.web.session.SessionMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "commonweal.config.urls"
WSGI_APPLICATION = "commonweal.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"]
        + [PACKAGE / "web" / desk / "templates" for desk in DESKS]
        + [PACKAGE / "adapters" / "downtime" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonweal.web.context.page",
            ],
            "builtins": ["commonweal.web.templatetags.commonweal", "commonweal.web.templatetags.persons"],
        },
    },
]

# Sign-in
AUTH_USER_MODEL = "agencies.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "commonweal.agencies.passwords.DisguisedValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "commonweal.web.signin.SignInForm"}
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip"}
ACCOUNT_ADAPTER = "commonweal.web.signin.Adapter"
SOCIALACCOUNT_ADAPTER = "commonweal.web.signin.SocialAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Commonweal"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ADAPTER = "commonweal.web.signin.FactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True  # whoever comes by a session later learns no way in from it
# OIDC: the site's provider, for accounts that exist (COMMONWEAL_OIDC_ISSUER, _CLIENT_ID, _SECRET, _NAME)
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
# SAML: the same for accounts that exist (COMMONWEAL_SAML_ENTITY_ID, _SSO_URL, _CERTIFICATE, _NAME)
SOCIALACCOUNT_PROVIDERS = _oidc() | _saml()
# where the form of the sign-in button may lead: the content policy allows no other address
SIGN_IN_AT = [os.environ.get(f"COMMONWEAL_{name}", "") for name in ("OIDC_ISSUER", "SAML_SSO_URL")]
SIGN_IN_ORIGINS = [origin for origin in map(_origin, SIGN_IN_AT) if origin]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = None  # locked until an administrator releases (CJISSECPOL AC-7)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "commonweal.web.signin.attempted_name"
AXES_HTTP_RESPONSE_CODE = 403
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # by name alone, from whatever address: stricter than the check's wish
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "locked.html"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 60 * 60  # a long shift; then sign in again, however busy the session
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "commonweal.web.pages.unsigned"
SECURE_COOKIES = _flag("COMMONWEAL_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
# Behind TLS a cookie's name itself says that no other host or subdomain may set it (ASVS 3.3.3)
_HOST = "__Host-" if SECURE_COOKIES else ""
SESSION_COOKIE_NAME = f"{_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
DEVICE_COOKIE_NAME = f"{_HOST}device"  # the browser, known again in the register of devices
LANGUAGE_COOKIE_NAME = f"{_HOST}django_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_COOKIES
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_REDIRECT_EXEMPT = ["^health/$"]  # a monitor on the same machine speaks plainly
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Idle minutes before a session locks, by device class (CJISSECPOL AC-11)
IDLE_MINUTES = {"office": 30, "phone": 30, "vehicle": 12 * 60, "dispatch": 12 * 60}

# Language, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "api" / "locale", PACKAGE / "web" / "locale"]
LOCALE_PATHS += [PACKAGE / "adapters" / "downtime" / "locale"]
LOCALE_PATHS += [PACKAGE / "web" / desk / "locale" for desk in DESKS]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("COMMONWEAL_TIME_ZONE", "America/Los_Angeles")
PRIVACY_CONTACT = os.environ.get("COMMONWEAL_PRIVACY_CONTACT", "")
STATIC_URL = "/static/"
STATIC_ROOT = COMMONWEAL_HOME / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"] + [
    folder for desk in DESKS if (folder := PACKAGE / "web" / desk / "static").is_dir()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = COMMONWEAL_HOME / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
# Files beside a record: the greatest size of one, and what looks at it first
ATTACHMENT_BYTES = _megabytes(
    "COMMONWEAL_ATTACHMENT_MB", os.environ.get("COMMONWEAL_ATTACHMENT_MB", "15"), 100
)
SCANNER = _scanner(os.environ.get("COMMONWEAL_SCANNER", ""))
# one never lies in the clear on a disk, not even in a temporary folder
FILE_UPLOAD_MAX_MEMORY_SIZE = ATTACHMENT_BYTES + 1_000_000
EMAIL_FILE_PATH = COMMONWEAL_HOME / "mail"
_SMTP = _smtp(os.environ.get("COMMONWEAL_SMTP", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _SMTP else 'filebased'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _SMTP.get("host", "localhost"), int(_SMTP.get("port", "25"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _SMTP.get("user", ""), _SMTP.get("password", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _SMTP.get("scheme") == "smtp+tls", _SMTP.get("scheme") == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("COMMONWEAL_MAIL_FROM", "commonweal@localhost")
SMS_URL = _gateway(os.environ.get("COMMONWEAL_SMS_URL", ""))
SMS_TOKEN = os.environ.get("COMMONWEAL_SMS_TOKEN", "")
SMS_FROM = os.environ.get("COMMONWEAL_SMS_FROM", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": "commonweal.config.logs.Discreet", "format": "%(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": os.environ.get("COMMONWEAL_LOG", "WARNING")},
}
