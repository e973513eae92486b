"""A SAML identity provider in the test itself: it reads requests and signs assertions for real."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY = "https://idp.harlow.gov/saml"
SSO = "https://idp.harlow.gov/saml/sso"
HERE = "http://testserver/account/saml/agency"
PASSWORD_CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
MFA_CLASS = "https://refeds.org/profile/mfa"
SPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@lru_cache(maxsize=2)
def keys(name: str) -> tuple[str, str]:
    """A private key and its certificate, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode(), made.public_bytes(serialization.Encoding.PEM).decode()


def request_id(address: str) -> str:
    """The id of the request in the address that a sign-in leads to."""
    packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    return ElementTree.fromstring(zlib.decompress(base64.b64decode(packed), -15)).attrib["ID"]


def _at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Says:
    """What the provider says of a person; `to` answers which request, None begins by itself."""

    to: str | None
    email: str = "dana@harlow.gov"
    audience: str = f"{HERE}/metadata/"
    recipient: str = f"{HERE}/acs/"
    issuer: str = ENTITY
    lasts: float = 300
    context: str = PASSWORD_CLASS
    key: str = "idp"
    is_signed: bool = True
    name_id: str = "dana-7"

    def but(self, **changes: object) -> Says:
        """The same, changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def assertion(self) -> str:
        """The assertion, signed with the provider's key where it is to be."""
        answers = f' InResponseTo="{self.to}"' if self.to else ""
        text = (
            f'<saml:Assertion {SPACES} ID="a{uuid4().hex}" Version="2.0" IssueInstant="{_at(0)}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer><saml:Subject>"
            f'<saml:NameID Format="{PERSISTENT}">{self.name_id}</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData{answers} NotOnOrAfter="{_at(self.lasts)}" '
            f'Recipient="{self.recipient}"/>'
            f'</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{_at(-600)}" '
            f'NotOnOrAfter="{_at(self.lasts)}"><saml:AudienceRestriction><saml:Audience>{self.audience}'
            "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{_at(0)}" SessionIndex="s{uuid4().hex}"><saml:AuthnContext>'
            f"<saml:AuthnContextClassRef>{self.context}</saml:AuthnContextClassRef></saml:AuthnContext>"
            '</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email">'
            f"<saml:AttributeValue>{self.email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"
        )
        return signed(text, self.key) if self.is_signed else text

    def response(self, *assertions: str, extra: str = "") -> str:
        """The response as the browser posts it; with other assertions than its own where given."""
        answers = f' InResponseTo="{self.to}"' if self.to else ""
        text = (
            f'<samlp:Response {SPACES} ID="r{uuid4().hex}" Version="2.0" IssueInstant="{_at(0)}" '
            f'Destination="{self.recipient}"{answers}><saml:Issuer>{self.issuer}</saml:Issuer>{extra}<samlp:Status>'
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{''.join(assertions) or self.assertion()}</samlp:Response>"
        )
        return packed(text)


def signed(text: str, key: str = "idp") -> str:
    """An element with its enveloped RSA-SHA256 signature."""
    private, certificate = keys(key)
    made = OneLogin_Saml2_Utils.add_sign(text, private, certificate)
    return bytes(made).decode() if isinstance(made, bytes) else str(made)


def packed(text: str) -> str:
    """As a form carries it."""
    return base64.b64encode(text.encode()).decode()
