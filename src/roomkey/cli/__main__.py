"""`python -m roomkey.cli` is `roomkey`."""

from roomkey.cli import main

main()
