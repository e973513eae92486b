"""A pack under a passphrase: one page that opens itself in a browser, without network or product.

AES-256-GCM (NIST SP 800-38D) under a key from PBKDF2-HMAC-SHA-256 (NIST SP 800-132): both stand in the W3C
Web Cryptography API, which scrypt and Argon2 do not. What stands beside it in the clear (when it was made,
until when it may be kept) is bound to it: changed, nothing opens. The passphrase is kept nowhere.
"""

import json
import os
import re
import unicodedata
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation

from commonweal.adapters.downtime.leaf import Page
from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid

TEMPLATE = "downtime/sealed.html"
ROUNDS = 1_000_000  # of the key; OWASP asks for 600,000, and this file is guessed at elsewhere, at leisure
SALT, NONCE, KEY = 16, 12, 32  # bytes
SHORTEST, KINDS = 16, 8  # letters of a passphrase, and how many different ones
ROWS = re.compile("qwertyuiop|asdfghjkl|zxcvbnm|1234567890|abcdefghijklm|nopqrstuvwxyz")  # one after another
WEAK = (
    "Too easy to guess for a file that lies elsewhere. Take four or five words that do not belong together, "
    "at least 16 letters."
)
SCRIPT, STYLE = re.compile(r"<script>(.*?)</script>", re.S), re.compile(r"<style>(.*?)</style>", re.S)


def strong(passphrase: str) -> str:
    """The passphrase as both sides read it; Invalid (without repeating it) for one that would be guessed."""
    plain = unicodedata.normalize("NFKC", passphrase).strip()
    bare = ROWS.sub("", plain.lower())
    if len(plain) < SHORTEST or len(bare) < KINDS or len(set(bare)) < KINDS:
        raise Invalid("passphrase", "", WEAK)
    try:
        validate_password(plain)
    except ValidationError as wrong:
        raise Invalid("passphrase", "", WEAK) from wrong
    return plain


def sealed(page: Page, passphrase: str, *, every: int = 0) -> Page:
    """The same pack under a passphrase; `every`: minutes after which a newer one is due, 0 where none is."""
    word, salt, nonce = strong(passphrase), os.urandom(SALT), os.urandom(NONCE)
    head = json.dumps(
        {
            "made": _said(page.pack.created_at), "until": _said(page.pack.expires_at), "every": every,
            "zone": agencies.agency(page.pack.agency_id).time_zone, "rounds": ROUNDS,
            "salt": _text(salt), "nonce": _text(nonce),
        },
        sort_keys=True,
    )  # fmt: skip
    body = AESGCM(_key(word, salt)).encrypt(nonce, page.content, head.encode())
    language = page.pack.language
    with translation.override(language):
        told = {"head": head, "body": _text(body), "language": language}
        shell = render_to_string(TEMPLATE, told).replace("OPENER", _opener(), 1)
    content = shell.replace("POLICY", _policy(shell, page.content.decode()), 1).encode()
    return replace(page, name=f"sealed-{page.name}", content=content)


def _key(passphrase: str, salt: bytes) -> bytes:
    made = PBKDF2HMAC(algorithm=SHA256(), length=KEY, salt=salt, iterations=ROUNDS)
    return made.derive(passphrase.encode())


def _policy(shell: str, pack: str) -> str:
    """What a browser may run and draw, by hashes: the opener, its style and the pack's; no address at all."""
    scripts = " ".join(_mark(one) for one in SCRIPT.findall(shell))
    styles = " ".join(_mark(one) for page in (shell, pack) for one in STYLE.findall(page))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; form-action 'none'; base-uri 'none'"
    )


def _mark(text: str) -> str:
    return f"'sha256-{_text(sha256(text.encode()).digest())}'"


@cache
def _opener() -> str:
    """Our own file, whole: nothing of a record is written into it; what it is told stands in an attribute."""
    code = (Path(__file__).parent / "static" / "downtime" / "opener.js").read_text("utf-8")
    return f"<script>\n{code}</script>"


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _text(content: bytes) -> str:
    return b64encode(content).decode()
