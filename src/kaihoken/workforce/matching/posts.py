"""What a matching is about: doctors with their own lists, posts with seats, regions with minimum quotas.

A doctor is known here by a random key alone; facts about him are the published criteria's and nothing else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True)
class Facts:
    """What the criteria may look at, for one doctor and one region: whether duty is left to serve there, whether the
    doctor has worked there before, minutes from home to a post there (None: not known, comes last)."""

    duty: bool = False
    returning: bool = False
    home_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Doctor:
    """Who takes part: a random key, posts in the order of his wish (those that are not named are declined), and his
    facts by region."""

    key: str
    wishes: tuple[str, ...]
    facts: Mapping[str, Facts]


@dataclass(frozen=True, slots=True)
class Post:
    """派遣先の募集: a code, the region whose minimum it counts for, seats, and the criteria that it uses of those
    that are published, in the published order (None: all)."""

    code: str
    region: str
    seats: int
    criteria: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """Everything that is known when the lists are closed. `minimum`: how many doctors a region should have at least.

    `lottery` is public: a text that nobody can choose to his advantage, such as the result of a named drawing of
    lots on a named day. Raises Problem `workforce.matching-wish` for a wish that names no post or one twice, and
    `workforce.matching-twice` for a key, code or region of a minimum that stands twice or nowhere.
    """

    doctors: tuple[Doctor, ...]
    posts: tuple[Post, ...]
    minimum: Mapping[str, int]
    lottery: str

    def __post_init__(self) -> None:
        codes = [post.code for post in self.posts]
        _once([*codes, *(doctor.key for doctor in self.doctors)])
        unknown = set(self.minimum) - {post.region for post in self.posts}
        if unknown:
            raise Problem("workforce.matching-twice", where=min(unknown), name=min(unknown))
        known = set(codes)
        for doctor in self.doctors:
            for wish, times in Counter(doctor.wishes).items():
                if times > 1 or wish not in known:
                    raise Problem("workforce.matching-wish", where=wish, post=wish)


@dataclass(frozen=True, slots=True)
class Matching:
    """The result: the post of each doctor (None: none), and what it rests on."""

    post_of: Mapping[str, str | None]
    extended_seats: int
    lottery: str
    unconfirmed: tuple[str, ...]

    def doctors_at(self, post: str) -> tuple[str, ...]:
        """The keys of a post's doctors, in the order of their text."""
        return tuple(sorted(doctor for doctor, found in self.post_of.items() if found == post))


def _once(names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise Problem("workforce.matching-twice", where=name, name=name)
