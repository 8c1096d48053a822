"""How large a demo conference is."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Size:
    """Figures of the edition that is on; the others follow from them.

    `mix` gives the share of each kind of talk; what is left are ordinary talks.
    """

    name: str
    talks: int
    rooms: int
    tickets: int
    organizations: int
    days: int = 4
    blocks: int = 6
    committee: int = 12
    # Tickets of the edition before, for each ticket of the one that is on.
    last_year: float = 0.85
    mix: dict[str, float] = field(
        default_factory=lambda: {
            "workshop": 0.05,
            "tutorial": 0.03,
            "lightning": 0.08,
            "bof": 0.08,
            "short": 0.10,
        }
    )


SIZES = {
    "small": Size("small", talks=40, rooms=5, tickets=200, organizations=24, committee=4),
    "scale": Size("scale", talks=300, rooms=17, tickets=3_500, organizations=150),
    "big": Size(
        "big",
        talks=3_000,
        rooms=60,
        tickets=100_000,
        organizations=1_000,
        days=5,
        blocks=7,
        committee=60,
        last_year=0.3,  # what it costs in time is better spent on the edition that is on
        # Ten times the talks need shorter ones: most take half a block.
        mix={"workshop": 0.011, "tutorial": 0.006, "lightning": 0.08, "bof": 0.10, "short": 0.63},
    ),
}
