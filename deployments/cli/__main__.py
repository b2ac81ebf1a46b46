"""The command line: `./rectify …`, or `python -m deployments.cli …`."""

import sys

from deployments.cli.faults import install

install()

from deployments.cli.entry import main  # noqa: E402 - loading it takes long enough to interrupt

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
