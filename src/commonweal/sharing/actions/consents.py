"""Consent is a conversation: recorded with every element, withdrawn in one tap."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.labels import CATEGORIES
from commonweal.people import queries as people
from commonweal.sharing import events, outside
from commonweal.sharing.actions.ties import hold
from commonweal.sharing.barred import is_minors
from commonweal.sharing.models import Consent
from commonweal.sharing.policy import current, rules_in_force

# Forms that are void unless they are signed, with the law that says so: a spoken yes makes none of them.
IN_WRITING = {
    "part2": "42 CFR 2.31(a)(8)",
    "hipaa_auth": "45 CFR 164.508(c)(1)(vi)",
    "ferpa": "34 CFR 99.30(a)",
    "vawa": "34 USC 12291(b)(2)(B)",
}

ON_SCREEN = ("drawn", "typed")  # count alike: strokes, or the own name typed and adopted


@transaction.atomic
def record_consent(
    *,
    by: Actor,
    person: UUID,
    form: str,
    recipients: Iterable[UUID],
    categories: Iterable[str],
    purposes: Iterable[str],
    signer: str,
    **elements: object,
) -> Consent:
    """Record what a person agreed to. Care never depends on it.

    `elements`: discloser (agency id; None for any agency of the platform), recipient_roles, amount,
    expires_at (default one year, or what the site's policy says, which is then the latest), signature
    (SVG path, or the typed name), method (drawn, typed: the name adopted as signature under 15 USC 7001 and
    7006(5), paper; verbal for forms that need no signature), witness, language,
    includes_counseling_notes, is_separate, is_tpo, signed_at (now; earlier for one that was signed without
    network, never later); for a minor's treatment records guardian and guardian_signature (42 CFR 2.14),
    guardian_as, and said_age where no day of birth is on file; interpreter with spoken, the language; where
    another signs for the person: acting_as, papers and subject_name (42 CFR 2.15, 45 CFR 164.502(g));
    outsider_id (somebody outside, in place of `recipients`: a letter may then tell them). Raises Invalid
    naming the element.
    """
    wanted, ends = sorted(set(categories)), elements.pop("expires_at", None)
    discloser, signed = elements.pop("discloser", None), elements.pop("signed_at", None)
    _check(form, wanted, list(purposes := list(purposes)), signer, elements)
    expires = ends if isinstance(ends, datetime) else _latest()
    if expires <= clock.now():
        raise Invalid("expires_at", expires, "Give an end in the future.")
    if "consent_days" in rules_in_force().numbers and expires > _latest():
        raise Invalid("expires_at", expires, "At this site a consent ends sooner; give an earlier day.")
    people.survivor(person)  # NotFound for nobody
    if form == "part2":
        _of_age(person, elements)
    elements.pop("said_age", None)
    named = sorted(str(r) for r in recipients)
    _names_somebody(person, form, named, elements)
    consent = Consent.objects.create(
        person_id=person,
        form=form,
        recipients=named,
        categories=wanted,
        purposes=sorted(set(purposes)),
        signer=signer.strip(),
        signed_at=min(signed, clock.now()) if isinstance(signed, datetime) else clock.now(),
        expires_at=expires,
        recorded_by=by.id,
        told_right_to_revoke=True,
        discloser_id=discloser if isinstance(discloser, UUID) else None,
        **elements,
    )
    if by.agency is not None:  # its names open by the gate alone
        hold(by=by, subject=Subject("consent", consent.id), agency=by.agency, person=person)
    journal.write(by=by, event=events.ConsentGiven(person=person, consent=consent.id))
    return consent


def _names_somebody(person: UUID, form: str, named: list[str], elements: dict[str, object]) -> None:
    """Invalid where nobody is named, or somebody outside beside agencies or by a form that is not signed."""
    to = elements.get("outsider_id")
    if to is None and not named:
        raise Invalid("recipients", "", "Choose at least one agency that may receive it.")
    if to is None:
        return
    outside.known(person, to)
    if named:
        raise Invalid("recipients", "", "A consent for a letter names one person or office outside alone.")
    if form not in outside.FORMS:
        raise Invalid("form", form, f"Use one of: {', '.join(outside.FORMS)}.")


def _signed(method: str, signature: str, signer: str) -> None:
    """Invalid for a signature that is none: nothing drawn, or another name than the signer's typed."""
    if method == "drawn" and not signature:
        remedy = "Ask the person to sign on the screen, or choose spoken consent with a witness."
        raise Invalid("signature", "", remedy)
    if method == "typed" and signature.strip().casefold() != signer.strip().casefold():
        remedy = "The name as written above must be confirmed as the signature, or sign in another way."
        raise Invalid("signature", "", remedy)


def _of_age(person: UUID, elements: dict[str, object]) -> None:
    """Note a minor's age; Invalid where the law here asks for a parent or guardian beside them."""
    policy, known, said = current(), people.age_of(person), elements.get("said_age")
    age = known if known is not None else said if isinstance(said, int) else None
    if age is None and is_minors(person):
        age = 0  # known for a minor, of what age is not: the strictest answer
    if age is None or age >= policy.majority:
        return
    elements["age"] = age
    if elements.get("acting_as"):
        remedy = "A minor agrees to share treatment records themself; a parent or guardian signs beside them."
        raise Invalid("acting_as", elements["acting_as"], remedy)
    if "guardian" not in policy.must_sign(age):
        return
    if not str(elements.get("guardian", "")).strip():
        remedy = "Under this age a parent or guardian signs for treatment records too. Write their name."
        raise Invalid("guardian", "", remedy)
    if elements.get("method", "drawn") in ON_SCREEN and not elements.get("guardian_signature"):
        raise Invalid("guardian_signature", "", "Ask the parent or guardian to sign on the screen too.")


def _latest() -> datetime:
    """When a consent given now ends at the latest."""
    return clock.now() + timedelta(days=rules_in_force().number("consent_days"))


def _check(
    form: str, categories: list[str], purposes: list[str], signer: str, elements: dict[str, object]
) -> None:
    if form not in Consent.FORMS:
        raise Invalid("form", form, f"Use one of: {', '.join(Consent.FORMS)}.")
    if unknown := set(categories) - set(CATEGORIES):
        raise Invalid("categories", ", ".join(sorted(unknown)), f"Use: {', '.join(CATEGORIES)}.")
    if not categories or not purposes:
        raise Invalid("categories" if not categories else "purposes", "", "Choose at least one.")
    if not signer.strip():
        raise Invalid("signer", signer, "Write the name of the person who agrees.")
    if (method := elements.get("method", "drawn")) not in (*ON_SCREEN, "verbal", "paper"):
        raise Invalid("method", method, "Use drawn, typed, verbal or paper.")
    if method in ON_SCREEN:
        _signed(str(method), str(elements.get("signature") or ""), signer)
    if method == "verbal" and form in IN_WRITING:
        remedy = "The law asks for a signature here (%(law)s): on the screen or on paper."
        raise Invalid("method", method, remedy, law=IN_WRITING[form])
    if method == "verbal":
        _heard(str(elements.get("witness") or ""), signer)
    _interpreted(elements)
    _acting(elements)


def _heard(witness: str, signer: str) -> None:
    if not witness.strip():
        raise Invalid("witness", "", "Spoken consent needs a witness: choose who heard it.")
    if witness.strip().casefold() == signer.strip().casefold():
        raise Invalid("witness", witness, "The witness is somebody else than the one who agrees.")


def _interpreted(elements: Mapping[str, object]) -> None:
    """Who interpreted and into which language stand together or not at all."""
    who, spoken = (str(elements.get(name) or "").strip() for name in ("interpreter", "spoken"))
    if who and not spoken:
        raise Invalid("spoken", "", "Choose the language that was interpreted into.")
    if spoken and not who:
        raise Invalid("interpreter", "", "Write the interpreter's name, or their number.")


def _acting(elements: Mapping[str, object]) -> None:
    """Whoever signs for another says by which authority, with which papers, and for whom."""
    acting = str(elements.get("acting_as") or "")
    if acting and acting not in Consent.AUTHORITIES:
        raise Invalid("acting_as", acting, f"Use one of: {', '.join(Consent.AUTHORITIES)}.")
    if (beside := elements.get("guardian_as")) and beside not in ("parent", "guardian"):
        raise Invalid("guardian_as", beside, "Use one of: parent, guardian.")
    if acting and not str(elements.get("papers") or "").strip():
        raise Invalid("papers", "", "Write which papers you saw that let them act for the person.")
    if acting and not str(elements.get("subject_name") or "").strip():
        raise Invalid("subject_name", "", "Write the name of the person for whom they agree.")
