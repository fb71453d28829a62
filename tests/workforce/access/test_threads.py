"""Pages are answered by several threads: what they search for at the same time neither ends the program nor mixes."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np

from kaihoken.workforce.access import gaussian, great_circle, points, travel_rule, two_step, zones

THREADS = 4
SIMPLEST = {"NUMBA_THREADING_LAYER": "workqueue", "NUMBA_NUM_THREADS": "2"}
KERNELS = (zones({10.0: 1.0, 30.0: 0.5}), gaussian(12.0, 30.0))


def asked_by_threads() -> None:
    """The same questions one after the other and by threads at once; the simplest layer of numba is set outside."""
    random = np.random.default_rng(3)
    distances = great_circle(travel_rule(date(2026, 11, 22)))
    homes, clinics = (
        points(random.uniform(35, 37, count), random.uniform(138, 140, count)) for count in (3000, 900)
    )
    people, doctors = random.uniform(1, 99, 3000), random.uniform(1, 9, 900)

    def answer(number: int) -> np.ndarray:
        if number % 3 == 2:
            return distances.within(homes, clinics, 20.0 + number).cost
        return two_step(homes, people, clinics, doctors * number, distances, KERNELS[number % 3]).access

    numbers = range(1, 25)
    alone = [answer(number) for number in numbers]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(answer, numbers))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_threads_search_at_the_same_time() -> None:
    """In a process of its own: under this layer, threads in one kernel at once would end the program."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.workforce.access import test_threads; test_threads.asked_by_threads()",
        ],
        env={**os.environ, **SIMPLEST},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
