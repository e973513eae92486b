"""Passwords that everybody tries first, found again under what was put around them."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MARKS = " .,;:!?@#$%^&*()-_=+"
LEET = str.maketrans("013457@$!", "oieastasi")
RUNS = (
    "abcdefghijklmnopqrstuvwxyz 01234567890123456789 qwertyuiop asdfghjkl zxcvbnm "
    "1qaz2wsx3edc4rfv5tgb 1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgb"
).split()


class DisguisedValidator(CommonPasswordValidator):
    """Refuses a common password with digits or marks around it, in a row, or written in look-alikes.

    The list that ships with the framework holds 20,000 passwords, few of them as long as we ask for;
    guessing programs stretch them by just these rules (NIST SP 800-63B 5.1.1.2; ASVS 6.2.4). Runs along the
    keyboard or the alphabet count as common.
    """

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError where what remains without the disguise is common."""
        plain = password.lower()
        bare = {plain.strip(MARKS), plain.strip(MARKS + "0123456789"), plain, re.sub(r"[\W\d_]+", "", plain)}
        bare |= {word.translate(LEET) for word in bare}
        is_common = any(self._is_common(_once(word)) for word in bare if word)
        if is_common or len(_once(plain)) < 6 or self._begins_common(plain):
            raise ValidationError(
                _("This password is among the first that are guessed, with something put around it."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """What it asks for beyond the common list itself."""
        return _("Nor one of those with digits or marks put around it.")

    def _begins_common(self, plain: str) -> bool:
        """Whether a common password comes first, and nothing but digits and marks after it."""
        heads = (plain[:size] for size in range(4, len(plain)) if not re.search(r"[^\W\d_]", plain[size:]))
        return any(head in self.passwords for head in heads)

    def _is_common(self, word: str) -> bool:
        return word in self.passwords or (len(word) > 5 and any(word in run * 2 for run in RUNS))


def _once(word: str) -> str:
    """The part that a word repeats from its beginning to its end: abcabc is abc."""
    again = (word + word).find(word, 1)
    return word[:again]
