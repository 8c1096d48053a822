"""People: names of many cultures, addresses that nobody has, and what they say of themselves."""

import unicodedata
from dataclasses import dataclass

from .dice import Dice
from .words import words

LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae"}
)
DOMAINS = ("example.org", "example.net", "example.com", "mail.example", "post.example")
OWN_SCRIPT = 0.008


@dataclass
class Person:
    """`given` is how they are spoken of; equal to the name where it stands in another script."""

    name: str
    given: str
    family: str
    pronouns: str
    email: str = ""


class Names:
    def __init__(self, dice: Dice):
        self.dice = dice
        self.cultures = words().people["cultures"]
        self.weights = [culture["weight"] for culture in self.cultures]
        self.taken: set[str] = set()

    def person(self) -> Person:
        dice = self.dice
        if dice.chance(OWN_SCRIPT):
            name = dice.choice(words().people["own_script"]["names"])
            return Person(name, name, name, "", self.address("", ""))
        culture = dice.choices(self.cultures, self.weights)[0]
        is_woman = dice.chance(0.47)
        given = dice.choice(culture["women" if is_woman else "men"])
        family = self.family(culture)
        return Person(
            f"{given} {family}", given, family, self.pronouns(is_woman), self.address(given, family)
        )

    def family(self, culture) -> str:
        dice = self.dice
        if dice.chance(0.08):  # people marry
            culture = dice.choices(self.cultures, self.weights)[0]
        family = dice.choice(culture["family"])
        if culture.get("two_families") and dice.chance(0.4):
            other = dice.choice(culture["family"])
            return f"{family} {other}" if other != family else family
        return family

    def pronouns(self, is_woman: bool) -> str:
        roll = self.dice.random()
        if roll < 0.5:
            return ""
        if roll < 0.54:
            return "they/them"
        return "she/her" if is_woman else "he/him"

    def address(self, given: str, family: str) -> str:
        """An address that this run has not given to anyone else."""
        local = ".".join(filter(None, (ascii_word(given), ascii_word(family)))) or "person"
        while True:
            n = self.dice.choice(("", "", str(self.dice.randrange(2, 99))))
            drawn = f"{local}{n}@{self.dice.choice(DOMAINS)}"
            if drawn not in self.taken:
                self.taken.add(drawn)
                return drawn
            local = f"{local}{self.dice.randrange(10)}"

    def biography(self, person: Person, role: str) -> str:
        parts = words().people["biography"]
        sentences = [f"{person.name} {role}."]
        if self.dice.chance(0.85):
            sentences.append(self.dice.choice(parts["histories"]))
        if self.dice.chance(0.7):
            sentences.append(self.dice.choice(parts["closings"]))
        return " ".join(sentences).format(first=person.given)

    def phone(self) -> str:
        """A number from the range that is nobody's."""
        return f"+1 626 555 01{self.dice.randrange(100):02}"


def ascii_word(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore")
    return "".join(c for c in plain.decode().lower() if c.isalnum())
