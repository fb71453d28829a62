"""`python -m kaihoken`."""

from kaihoken.cli import main

main()
