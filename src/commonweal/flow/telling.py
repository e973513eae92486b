"""Who acts when something follows from something, and the one way in which it tells people."""

from functools import partial

from commonweal.kernel.actors import system
from commonweal.messages import actions as messages

FLOWING = system("flow")
tell = partial(messages.notify, by=FLOWING)  # a line in a bell, and a word by the ways that its reader chose
