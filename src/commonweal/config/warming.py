"""What a process does before its first page, so that nobody's first page pays for it."""

import os
import signal
import threading
from multiprocessing import parent_process
from pathlib import Path

from django.apps import apps
from django.template.loader import get_template
from django.urls import get_resolver

from commonweal.kernel import sweeping


def warm() -> None:
    """Read every address, every template and the policy; then leave them out of the search for garbage."""
    from commonweal.sharing.policy import law  # its models ask for the apps, which stand by now

    _ = get_resolver().url_patterns
    for app in apps.get_app_configs():
        folder = Path(app.path, "templates")
        if app.name.startswith("commonweal."):
            for file in folder.rglob("*.html"):
                get_template(str(file.relative_to(folder)))
    law()
    sweeping.settle()


def end_with_parent() -> None:
    """A process of several ends when the one that started it has died: none is left behind with the port."""
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
