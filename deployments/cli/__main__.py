"""The command line: `./rectify …`, or `python -m deployments.cli …`."""

import sys

from deployments.cli.entry import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
