"""The long tests: power cuts, kills, real servers, any order of anything, and whatever a stranger can say.

`make torture`, or `python -m tests.torture [--only PART …] [--quick]`. Ends with a table, and with 1 where anything was
lost, sent twice, or otherwise not as it must be.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from tests import judge
from tests.torture import any_order, fuzz, kills, power_cut, servers
from tests.torture.result import Result

# Where there is no screen, Qt aborts the process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

Say = Callable[[str], None]

_PARTS: dict[str, Callable[[Say], Result]] = {
    "power": power_cut.run,
    "kills": kills.run,
    "servers": servers.run,
    "order": any_order.run,
    "fuzz": partial(fuzz.run, seconds=300),
}
#: To see that it works; too few to be quoted.
_QUICK: dict[str, Callable[[Say], Result]] = {
    "kills": partial(kills.run, kills=40, at_each_point=2),
    "servers": partial(servers.run, count=400, kills=1),
    "order": partial(any_order.run, seconds=20),
    "fuzz": partial(fuzz.run, seconds=30),
}


def main(words: Sequence[str]) -> int:
    """Run the parts one after the other, and print what became of everything."""
    options = _options(words)
    began_s = time.monotonic()

    def say(sentence: str) -> None:
        print(f"{time.monotonic() - began_s:6.0f} s  {sentence}", file=sys.stderr, flush=True)

    whole = Result()
    for name in options.only or _PARTS:
        say(f"— {name} —")
        part = (_QUICK if options.quick and name in _QUICK else _PARTS)[name](say)
        for line, verdict in part.verdicts.items():
            whole.add(line, verdict, [])
        whole.wrong += part.wrong
        whole.notes += part.notes
    print(judge.table(whole.verdicts))
    for note in whole.notes:
        print(note)
    for sentence in whole.wrong:
        print(f"WRONG  {sentence}")
    print(f"{len(whole.wrong) or 'Nothing'} wrong. It took {(time.monotonic() - began_s) / 60:.0f} minutes.")
    return 1 if whole.wrong else 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--only", action="append", choices=_PARTS, help="this part only; may be given again")
    parser.add_argument("--quick", action="store_true", help="few tries of each, to see that it works")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
