"""One tailer a process: reads newly sealed journal lines while anyone listens, for every open stream."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from commonweal.kernel import journal
from commonweal.web.feed import SILENT, Line

PAUSE = 0.1  # seconds between looks at the journal
BACKLOG = 1_000  # lines that a slow reader may fall behind before it is told to refresh everything
logger = logging.getLogger(__name__)


class Queue(asyncio.Queue[Line | None]):
    """The lines that wait for one stream; None says that some were dropped."""

    def __init__(self) -> None:
        super().__init__(maxsize=BACKLOG + 1)

    def offer(self, line: Line) -> None:
        """Add a line; a reader that is too far behind loses its backlog instead of holding memory."""
        if self.qsize() >= BACKLOG:
            while not self.empty():
                self.get_nowait()
            self.put_nowait(None)
        self.put_nowait(line)


def _hang_up() -> None:
    """Close the connection of the thread this runs in; a bound `connection.close` would be the caller's."""
    connection.close()


class Tailer:
    """Follows the journal for the streams of one event loop; rests while nobody listens."""

    def __init__(self) -> None:
        self._queues: set[Queue] = set()
        self._task: asyncio.Task[None] | None = None
        self._position = 0
        # one thread, so that one database connection is kept open for looking
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tailer")
        self._version = -1
        self._starting = asyncio.Lock()

    async def join(self) -> Queue:
        """A queue of everything sealed from now on."""
        loop = asyncio.get_running_loop()
        queue = Queue()
        self._queues.add(queue)
        async with self._starting:
            if self._task is None or self._task.done():
                self._position, self._version = await self.position(), -1
                self._task = loop.create_task(self._follow())
        return queue

    def leave(self, queue: Queue) -> None:
        """This stream has ended."""
        self._queues.discard(queue)

    async def read(self, after: int, limit: int = 500) -> tuple[Sequence[Line], int]:
        """Sealed lines after a sequence, for a reader that comes back, and how far it has read with them."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lines_after, after, limit)

    async def position(self) -> int:
        """The last sealed sequence."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, journal.position)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queues:
            try:
                found, read = await loop.run_in_executor(self._thread, self._look)
            except Exception:
                logger.exception("The live feed could not read the journal; it tries again.")
                await loop.run_in_executor(self._thread, _hang_up)
                self._version = -1
                await asyncio.sleep(1)
                continue
            for line in found:
                for queue in self._queues:
                    queue.offer(line)
            self._position = read
            await asyncio.sleep(0 if len(found) >= 500 else PAUSE)
        await loop.run_in_executor(self._thread, _hang_up)

    def _look(self) -> tuple[Sequence[Line], int]:
        """New lines, and how far the journal is read.

        On SQLite a look costs one pragma while nothing was written by another connection.
        """
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                version = int(cursor.execute("PRAGMA data_version").fetchone()[0])
            if version == self._version:
                return (), self._position
            self._version = version
        found, read = lines_after(self._position)
        if len(found) >= 500:
            self._version = -1
        return found, read


def lines_after(after: int, limit: int = 500) -> tuple[Sequence[Line], int]:
    """Sealed lines above a sequence that anybody may hear of, in order, and how far that has read."""
    seals, read = journal.follow(after, without=SILENT, limit=limit)
    found = [(seal.sequence, seal.line) for seal in seals]
    return [Line(at, line.kind, line.about, line.subject, line.agency, line.data) for at, line in found], read
