"""`python -m isolation` is the same as the `isolation` command."""

import sys

from isolation.cli.entry import main

sys.exit(main())
