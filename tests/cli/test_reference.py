"""The generated reference names the commands that there are."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from commonweal.cli import lab
from commonweal.cli.main import main


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    path = Path(__file__).parents[2] / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_engine_of_the_lab_is_in_it_by_its_whole_name(
    generate: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    names = generate.below(["lab"], "")
    assert set(names) == set(lab.modules()) >= {"link", "link-encoded", "policy"}
    for name in names:
        with pytest.raises(SystemExit) as left:
            main(["lab", name, "--help"])
        assert left.value.code == 0
        assert f"commonweal lab {name}" in capsys.readouterr().out


def test_what_a_command_lists_is_read_with_its_hyphens(generate: ModuleType) -> None:
    text = "positional arguments:\n  WHAT\n    draft-profile   propose one\n    find\n\noptions:\n    -h\n"
    assert generate.below(["directory"], text) == ["draft-profile", "find"]
