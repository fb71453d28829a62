"""`python fire.py TARGET CORPUS [libFuzzer options]`: guided fuzzing of one target, which sees our code's branches."""

import sys

import atheris

with atheris.instrument_imports(include=["kaihoken"]):
    from targets import TARGETS


def main() -> None:
    """Fire until libFuzzer has had enough, or something breaks."""
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]].take)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
