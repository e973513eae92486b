"""What many answers speak of: groups of words that go together, for a person to name or to throw away.

TF-IDF and non-negative matrix factorisation (Lee & Seung 1999, Nature 401). A word is proposed only where
enough answers use it, so that no proposal holds what one writer alone could have written. What a person made
of it, a list of words, is counted plainly: an answer that uses one of them speaks of it.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

MOST_WORDS = 8
WORD = re.compile(r"[a-zñ]{3,}")
# Function words, without accents; what is left carries a subject.
EMPTY = {
    "en": "about after again all also and any are because been before being both but came can come could "
    "did does doing done for from get got had has have her here him his how into its just like more "
    "most much myself never not now off one only other our out over own really said same she should "
    "some still such than that the their them then there these they thing things this those through "
    "told too under until very was way well went were what when where which while who whom why will "
    "with without would you your",
    "es": "algo alguien algun ante antes aqui asi aun aunque bien cada casi como con contra cosa cual "
    "cuando dan decir del desde despues dijo dijeron donde dos durante ella ellas ellos entre era "
    "eran eres esa esas ese eso esos esta estaba estaban estan estar estas este esto estos estoy fue "
    "fueron gran hace hacer hacia han hasta hay haya las les los mas mientras mis mucho muchos muy "
    "nada nadie nos nosotros nunca otra otro otros para pero poco por porque pues que quien saber "
    "ser sera siempre sin sino sobre solo son soy sus tal tambien tan tanto tener tengo tiene tienen "
    "toda todas todo todos tras una uno unos usted vez voy",
}


@dataclass(frozen=True)
class Theme:
    """Words that go together, the weightiest first, and how many answers speak of it most."""

    words: tuple[str, ...]
    answers: int


def words_of(text: str) -> frozenset[str]:
    """The words of a text, lower case without accents (ñ stays a letter)."""
    kept = text.casefold().replace("ñ", "\x01")
    folded = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    return frozenset(WORD.findall(folded.replace("\x01", "ñ")))


def proposed(texts: Sequence[str], language: str, least: int, most: int = 6) -> list[Theme]:
    """At most `most` themes of these answers in one language, the commonest first.

    Every word shown stands in at least `least` answers, and every theme is what so many speak of most;
    nothing is proposed where there are too few.
    """
    told = [words_of(text) - set(EMPTY[language].split()) for text in texts]
    counts: dict[str, int] = {}
    for word in (word for words in told for word in words):
        counts[word] = counts.get(word, 0) + 1
    common = sorted(word for word, count in counts.items() if count >= least and count < len(texts))
    speaking = [sorted(words & set(common)) for words in told if words & set(common)]
    if len(common) < 2 or len(speaking) < 2 * least:
        return []
    return _factored(speaking, common, least, min(most, len(common) - 1, len(speaking) // least))


def _factored(speaking: Sequence[list[str]], common: list[str], least: int, most: int) -> list[Theme]:
    """The factors of answers by words."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(analyzer=list, vocabulary=common).fit_transform(speaking)
    factors = NMF(most, init="nndsvda", random_state=0, max_iter=2000)
    with np.errstate(invalid="ignore"):  # a fit without any rest
        belongs = factors.fit_transform(table).argmax(axis=1)
    found = []
    for place, row in enumerate(factors.components_):
        order = [n for n in row.argsort()[::-1][:MOST_WORDS] if row[n] > row.max() / 10]
        found.append(Theme(tuple(common[n] for n in order), int((belongs == place).sum())))
    return sorted((theme for theme in found if theme.answers >= least), key=lambda theme: -theme.answers)


def speaks_of(text: str, words: Collection[str]) -> bool:
    """Whether an answer uses one of these words; one that ends in * stands for all that begin so."""
    told = words_of(text)
    whole = {word for word in words if not word.endswith("*")}
    begins = tuple(word[:-1] for word in words if word.endswith("*"))
    return bool(told & whole) or (bool(begins) and any(word.startswith(begins) for word in told))
