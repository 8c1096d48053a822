"""How many people to expect in a talk."""

from cfp.models import Talk

from .models import Kind

# Without any estimate a talk is judged by no number rather than by an invented one.
SHARE = {Kind.MAIN: 1.0, Kind.PART: 1.0, Kind.REPEAT: 0.5, Kind.OVERFLOW: 0.25}


def expected_people(talk: Talk | None, kind: str = Kind.MAIN) -> int | None:
    """People expected in one slot of the talk, None when nobody has said.

    Half of the main audience comes to a repeat, a quarter fits into overflow rooms.
    """
    if talk is None or talk.expected_audience is None:
        return None
    return round(talk.expected_audience * SHARE[Kind(kind)])
