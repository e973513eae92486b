"""Sealed bytes: what goes in comes out, and nothing else does; on the disk there is no word and no name."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.kernel import sealed
from commonweal.kernel.errors import Conflict
from commonweal.kernel.ids import new_id

SOME = st.binary(max_size=4_000)
few = settings(max_examples=25, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"), SECRET_KEY="one key of an instance"):
        yield


def kept(content: bytes) -> UUID:
    """Seal these bytes; the name they lie under."""
    name = new_id()
    sealed.keep(name, content)
    return name


@few
@given(SOME)
def test_what_is_sealed_opens_again(content: bytes) -> None:
    assert sealed.read(kept(content), sealed.digest(content)) == content


@few
@given(SOME, SOME)
def test_two_files_share_no_nonce_and_no_bytes(one: bytes, other: bytes) -> None:
    left, right = (sealed.place(kept(content)).read_bytes() for content in (one, other))
    nonce = slice(len(sealed.MARK), len(sealed.MARK) + sealed.NONCE)
    assert left[nonce] != right[nonce]


@few
@given(st.binary(min_size=12, max_size=400))
def test_no_run_of_the_bytes_lies_on_the_disk(content: bytes) -> None:
    assert content not in sealed.place(kept(content)).read_bytes()


@few
@given(SOME, st.data())
def test_any_changed_bit_is_found(content: bytes, data: st.DataObject) -> None:
    name = kept(content)
    path = sealed.place(name)
    body = bytearray(path.read_bytes())
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(body))
    with pytest.raises(sealed.Unsound, match="sound copy"):
        sealed.read(name, sealed.digest(content))


@few
@given(SOME, st.integers(0, 40))
def test_a_file_cut_short_is_found(content: bytes, left: int) -> None:
    name = kept(content)
    path = sealed.place(name)
    path.write_bytes(path.read_bytes()[:left] if left < 32 + len(content) else b"")
    with pytest.raises(sealed.Unsound):
        sealed.read(name, sealed.digest(content))


@few
@given(SOME)
def test_another_instance_s_key_opens_nothing(content: bytes) -> None:
    name = kept(content)
    with override_settings(SECRET_KEY="the key of another instance"), pytest.raises(sealed.Unsound):
        sealed.read(name, sealed.digest(content))


def test_two_files_cannot_be_swapped() -> None:
    """Each is bound to its id: the other's bytes under it do not open, though the key is the same."""
    mine, other = kept(b"mine"), kept(b"another's")
    sealed.place(other).replace(sealed.place(mine))
    with pytest.raises(sealed.Unsound):
        sealed.read(mine, sealed.digest(b"another's"))


def test_bytes_that_the_row_does_not_know_are_not_given() -> None:
    with pytest.raises(sealed.Unsound):
        sealed.read(kept(b"these"), sealed.digest(b"those"))


def test_on_the_disk_it_has_its_id_and_its_owner_alone() -> None:
    path: Path = sealed.place(kept(b"benefit letter"))
    assert path.name == UUID(path.name).hex and path.stat().st_mode & 0o077 == 0
    assert not list(path.parent.glob("*.part"))
    with pytest.raises(FileExistsError):
        os.mkfifo(path)


def test_what_is_dropped_is_gone_and_dropping_again_does_nothing() -> None:
    name = kept(b"x")
    assert sealed.drop(name) and not sealed.drop(name)
    with pytest.raises(Conflict, match="not on the disk"):
        sealed.read(name, sealed.digest(b"x"))
