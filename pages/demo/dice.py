"""Chance that comes out the same for the same seed."""

import random
import uuid

from scale.codes import ALPHABET


class Dice(random.Random):
    """`random.Random` by words instead of a number, with what the builders draw most."""

    def __new__(cls, *words):
        return super().__new__(cls)

    def __init__(self, *words):
        super().__init__(" ".join(map(str, words)))

    def chance(self, share: float) -> bool:
        return self.random() < share

    def weighted(self, choices: dict):
        """One key, as often as its value says."""
        return self.choices(list(choices), list(choices.values()))[0]

    def code(self, length: int, taken: set[str] | None = None) -> str:
        """A code as `scale.codes.new_code` makes them, and none twice for one `taken`."""
        while True:
            drawn = "".join(self.choices(ALPHABET, k=length))
            if taken is None:
                return drawn
            if drawn not in taken:
                taken.add(drawn)
                return drawn

    def hexadecimal(self, digits: int) -> str:
        return f"{self.getrandbits(digits * 4):0{digits}x}"

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.getrandbits(128), version=4)
