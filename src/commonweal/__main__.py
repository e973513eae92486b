"""`python -m commonweal`: the same as the `commonweal` command."""

import sys

from commonweal.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
