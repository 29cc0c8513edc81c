"""Tries one target for some time, in a process of its own.

    python tests/fuzzing/child.py NAME SECONDS CORPUS

Guided by coverage where atheris can be imported, else by hypothesis. The last line says `tried N`, or what broke the
target stands above it and the exit code is not 0.
"""

import atexit
import shutil
import sys
import time
from pathlib import Path


def main() -> None:
    name, seconds, corpus = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    sys.path.insert(0, str(Path(__file__).parents[2]))
    try:
        import atheris
    except ImportError:
        _by_hypothesis(name, seconds)
        return
    with atheris.instrument_imports(include=["core", "tests.fuzzing"]):
        from tests.fuzzing.letters import memory
        from tests.fuzzing.targets import TARGETS
    atexit.register(shutil.rmtree, memory(), ignore_errors=True)
    target = TARGETS[name]
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed {number}").write_bytes(seed)
    limits = [f"-max_total_time={round(seconds)}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2048"]
    out = [f"-artifact_prefix={corpus.parent}/", "-print_final_stats=1", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *limits, *out, str(corpus)], target.call)
    atheris.Fuzz()


def _by_hypothesis(name: str, seconds: float) -> None:
    from hypothesis import HealthCheck, given, settings

    from tests.fuzzing.letters import memory
    from tests.fuzzing.targets import TARGETS, near

    atexit.register(shutil.rmtree, memory(), ignore_errors=True)
    target = TARGETS[name]
    tried = 0

    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(near(target.seeds))
    def once(data: bytes) -> None:
        nonlocal tried
        tried += 1
        target.call(data)

    ends = time.monotonic() + seconds
    while not tried or time.monotonic() < ends:
        once()
    print(f"tried {tried}")


if __name__ == "__main__":
    main()
