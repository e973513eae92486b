"""The instance that a command works on: found, entered, and what to do where it is not to be had."""

import os
from pathlib import Path


def enter(home: str, *, makes: bool, reads: bool = False) -> str:
    """Point the settings at the instance and load Django; what is wrong, in words, or an empty text.

    `makes` makes the folder where it is missing; `reads` asks for help only, for which any folder will do.
    In a process that has an instance already (a test, a shell) nothing is changed.
    """
    folder = Path(home).resolve()
    os.environ["COMMONWEAL_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    if apps.ready:
        return ""
    if not reads and (fault := _made(folder) if makes else _missing(folder)):
        return fault
    try:
        django.setup()
    except ImproperlyConfigured as fault:
        return str(fault)
    except OSError as fault:
        return f"{fault.filename or folder}: {fault.strerror}. Run this as the user that owns {folder}."
    return ""


def _made(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        return f"--home: {folder} cannot be made: {fault.strerror}. Choose a folder in which you may write."
    return _closed(folder)


def _missing(folder: Path) -> str:
    """Why there is no instance in a folder. The key is what `init` leaves first."""
    here = f"--home: there is no instance in {folder}"
    remedy = f"Name the folder of one, or make it: commonweal init --home {folder}"
    if not folder.exists():
        return f"{here}: the folder does not exist. {remedy}"
    if not folder.is_dir():
        return f"{here}: it is a file. {remedy}"
    try:
        has_key = (folder / "secret.key").exists()
    except OSError as fault:
        return f"--home: {folder} cannot be read: {fault.strerror}. Run this as the user that owns it."
    if not has_key and not os.environ.get("COMMONWEAL_SECRET_KEY"):
        return f"{here}: it holds no secret.key. {remedy}"
    return _closed(folder)


def _closed(folder: Path) -> str:
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    return (
        f"--home: {folder} cannot be written to. Run this as the user that owns it, or choose another folder."
    )


def remedy(fault: Exception) -> str:
    """What to do about a database or a disk that does not answer; empty for anything else."""
    if isinstance(fault, OSError) and fault.strerror:
        return (
            f"{fault.filename or 'the disk'}: {fault.strerror}. Check that it is there, yours, and not full."
        )
    if type(fault).__name__ not in ("OperationalError", "ProgrammingError", "DatabaseError"):
        return ""
    text = str(fault)
    if "no such table" in text or "no such column" in text or "does not exist" in text and "relation" in text:
        return "This instance has no tables of this version yet. Run: commonweal init --home DIR"
    return f"The database did not answer ({text.splitlines()[0]}). Check DATABASE_URL and --home."
