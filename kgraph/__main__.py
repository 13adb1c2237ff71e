"""``python -m kgraph``: the command line, where its script is not on the path."""

from kgraph.cli import main

if __name__ == "__main__":
    main()
