"""Which reviewer looks at which talk: a calculation without a database."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping

Pair = tuple[int, int]  # a talk, a reviewer


def spread(k: int, may: Mapping[int, Iterable[int]], held: Iterable[Pair] = ()) -> list[Pair]:
    """New pairs so that each talk has `k` reviewers and the reviewers have even loads.

    `may` names the reviewers that each talk can be given to, `held` the pairs that are there
    already: they count for the load and are never taken back. Talks with few reviewers to
    choose from come first; each goes to those who have least. Then talks are handed on, from
    one reviewer to the next to the next, as long as that takes one from somebody who has
    at least two more than who gets it: after that no other way to give out the talks is more
    even. A talk for which too few may be asked gets as many as there are. The same input
    always gives the same pairs.
    """
    desk = Desk(may, held)
    for talk in sorted(may, key=lambda talk: (len(desk.may[talk]), talk)):
        free = [one for one in desk.may[talk] if one not in desk.taken[talk]]
        free.sort(key=lambda one: (desk.load[one], one))
        for one in free[: max(0, k - len(desk.taken[talk]))]:
            desk.give(talk, one)
    while desk.level():
        pass
    return sorted((talk, one) for one, talks in desk.given.items() for talk in talks)


class Desk:
    """Who has what while it is given out."""

    def __init__(self, may: Mapping[int, Iterable[int]], held: Iterable[Pair]) -> None:
        self.may = {talk: sorted(set(people)) for talk, people in may.items()}
        self.load = Counter({one: 0 for people in self.may.values() for one in people})
        self.taken: defaultdict[int, set[int]] = defaultdict(set)
        self.given: defaultdict[int, set[int]] = defaultdict(set)
        for talk, one in set(held):
            self.taken[talk].add(one)
            self.load[one] += 1

    def give(self, talk: int, one: int) -> None:
        self.taken[talk].add(one)
        self.given[one].add(talk)
        self.load[one] += 1

    def take(self, talk: int, one: int) -> None:
        self.taken[talk].remove(one)
        self.given[one].remove(talk)
        self.load[one] -= 1

    def level(self) -> bool:
        """Hand on talks along one chain; False when no chain makes the loads more even."""
        if not self.given:
            return False
        least = min(self.load.values())
        for first in sorted(self.given, key=lambda one: (-self.load[one], one)):
            if self.load[first] < least + 2:
                return False
            if chain := self.chain(first):
                for talk, giver, taker in chain:
                    self.take(talk, giver)
                    self.give(talk, taker)
                return True
        return False

    def chain(self, first: int) -> list[tuple[int, int, int]]:
        """(talk, who gives it, who gets it) from `first` to somebody with two talks less."""
        came: dict[int, tuple[int, int]] = {}
        queue = deque([first])
        while queue:
            giver = queue.popleft()
            for talk in sorted(self.given[giver]):
                for taker in self.may[talk]:
                    if taker == first or taker in came or taker in self.taken[talk]:
                        continue
                    came[taker] = talk, giver
                    if self.load[taker] <= self.load[first] - 2:
                        return self.walk(came, first, taker)
                    queue.append(taker)
        return []

    def walk(self, came, first, last) -> list[tuple[int, int, int]]:
        steps = []
        while last != first:
            talk, giver = came[last]
            steps.append((talk, giver, last))
            last = giver
        return steps
