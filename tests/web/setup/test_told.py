"""What a reader of files says reaches a Spanish page in Spanish, with the facts as they were."""

import ast
import csv
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils.translation import override

from commonweal import flow
from commonweal.adapters.files.opening import MAGIC
from commonweal.kernel import imports
from commonweal.web.setup.told import told
from factories.cast import gather
from factories.visitor import visit
from house.spanish import SOURCE

from .test_loading import BAD, GOOD, HEADER, hand_in, page_of

ARGUMENTS = {"FileRefused": (3, 4), "Reject": (4, 5), "Notice": (1,), "Unfit": (2, 3), "Finding": (2,)}
NAMES = {"reason", "remedy", "FIX", "FIX_ROW", "FOUR", "SEND_JSON", "RE_EXPORT", "STOPPED", "HELD"}
NAMES |= {"MEND", "AGAIN", "REMEDY", "DEGREES"}
READERS = ("files", "cad_csv", "directory_files", "people_csv", "geography")
WORDS = {
    "what": "names no organization",
    "hint": "",
    "error": "is longer than 7 bytes without a line end",
    "SWAPPED": "longitude and latitude may be swapped",
    "between": "7 to 7",
}
TOGETHER = ("7. 7", "is names no", "begins with 7 bytes of nothing but names no")  # from parts told elsewhere
SAID = (
    "week.csv: header 'a, b': lacks 2 needed columns: call_number, received. "
    "Check that calls_plain is the profile of this export, or write one for it."
)


def written(said: ast.expr) -> str:
    """A sentence as the source writes it, with a 7 for each fact; empty where it is made elsewhere."""
    if isinstance(said, ast.Constant):
        return str(said.value)
    if not isinstance(said, ast.JoinedStr):
        return ""
    parts = (
        part.value if isinstance(part, ast.Constant) else WORDS.get(ast.unparse(part.value), "7")  # type: ignore[attr-defined]
        for part in said.values
    )
    return "".join(map(str, parts))


def sentences() -> Iterator[str]:
    """Every reason, remedy and remark that the readers of uploaded files hold."""
    for file in (file for name in READERS for file in sorted((SOURCE / "adapters" / name).glob("*.py"))):
        if file.name in ("draft.py", "deliver.py", "spec.py"):  # commands alone
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ARGUMENTS:
                places = ARGUMENTS[ast.unparse(node.func)]
                yield from (written(node.args[at]) for at in places if at < len(node.args))
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in NAMES:
                yield written(node.value)


def test_every_sentence_of_the_readers_has_its_spanish() -> None:
    """A new one without fails here."""
    found = {text for text in sentences() if " " in text and not text.startswith(TOGETHER)}
    found |= {f"is {what}, not a table" for _magic, what, _remedy in MAGIC} | {one[2] for one in MAGIC}
    assert len(found) > 60, "the reading of modules finds the sentences"
    with override("es"):
        after = {text: told(f"is empty. {text}.") for text in found}
        assert not [text for text in found if told(f"{text}.") == f"{text}." and text in after[text]]


@pytest.mark.parametrize(
    ("sentence", "spanish"),
    [
        (SAID, "week.csv: encabezado 'a, b': le faltan 2 columnas necesarias: call_number, received. "
         "Compruebe que calls_plain es el perfil de esta exportación, o escriba uno para ella."),
        ("3 min before onscene.", "3 min antes de onscene."),
        ("a: b.csv: file: is empty. Export it again; no row was read.",
         "a: b.csv: archivo: está vacío. Vuelva a exportarlo; no se leyó ninguna fila."),
        ("week.csv: 3 of 11 columns are not used by the profile.",
         "week.csv: 3 de 11 columnas no las usa el perfil."),
        ("1,204 of the rows tell again what another row of these files told; the findings name both lines.",
         "1,204 de las filas repiten lo que ya dijo otra fila de estos archivos; las observaciones nombran "
         "ambas líneas."),
        ("birth_date: 97% filled, 2 unreadable, 3 shapes, most often 9999-99-99.",
         "birth_date: 97% con contenido, 2 ilegibles, 3 formas, la más frecuente 9999-99-99."),
        ("dob: 2 dates have the day before the month; write date_formats in a profile of your own.",
         "dob: 2 fechas tienen el día antes del mes; escriba date_formats en un perfil propio."),
        ("dob: most cannot be read; two columns may be swapped.",
         "dob: la mayoría no se puede leer; quizá haya dos columnas cambiadas."),
        ("line 2 has the same id with other content and was kept. Remove the line that is wrong, or give "
         "each person an id of their own, and import the file again",
         "la línea 2 tiene el mismo identificador con otro contenido y se conservó. Quite la línea "
         "equivocada, o dé a cada persona un identificador propio, y vuelva a importar el archivo."),
        ("What nobody wrote down.", "What nobody wrote down."),
        ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_known_by_its_shape(sentence: str, spanish: str) -> None:
    """Names and numbers stay; a sentence that is not known stays whole; English is left alone."""
    assert told(sentence) == sentence
    with override("es"):
        assert told(sentence) == spanish


@pytest.mark.django_db
def test_a_spanish_page_and_its_list_say_it_in_spanish() -> None:
    """The page of a file that was refused, and the reasons in the list of one that was read."""
    client = visit(gather()["administrator"])
    path = hand_in(client, b"a,b\n1,2\n")["Location"]
    hand_in(client, (HEADER + GOOD + BAD).encode())
    while flow.bring_in():
        pass
    client.post("/language/", {"language": "es"})
    assert "le faltan 2 columnas necesarias" in page_of(client, path)
    run = next(run for run in imports.runs() if run.rejects_file and run.counts["read"])
    answer = client.get(reverse("setup:import_list", args=[run.id, "rejects"]))
    [row] = csv.DictReader(b"".join(answer.streaming_content).decode().splitlines())
    assert row["line"] == "3" and row["reason"].startswith("el año 0001 está fuera de")
