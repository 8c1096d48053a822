"""The exhibit hall: a drawing of it, its booths, and who stands where."""

from collections import Counter
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from sponsors.models import Booth, Deliverable, FloorPlan, Sponsorship

from .dice import Dice
from .world import Edition

WIDTH, HEIGHT = 1200, 760
LEFT, RIGHT, TOP, BOTTOM = 60, 1140, 130, 690
FEWEST = 30
EMPTY = {"over": 0, "on": 1, "open": 0.4}  # booths that nobody has yet; of the last, a share
WALL, PALE, INK = "#26313d", "#eef2f5", "#55616e"
POWER = ("5 A", "5 A", "10 A", "")
INTERNET = ("", "", "wired")


def add_hall(edition: Edition) -> None:
    dice = edition.dice("hall")
    edition.world.writer.flush()
    promised = booths_promised(edition)
    deals = [deal for deal in Sponsorship.objects.public(edition.conference) if deal.pk in promised]
    places = spots(max(FEWEST, sum(promised.values()) + 2))
    plan = edition.add(
        FloorPlan(
            conference=edition.conference,
            name="Exhibit hall",
            picture=draw_hall(edition.slug, places),
            width=WIDTH,
            height=HEIGHT,
        )
    )
    empty = EMPTY[edition.phase]
    waiting = round(len(deals) * empty) if empty < 1 else empty
    placed = deals[: len(deals) - waiting]
    dice.shuffle(placed)
    # Who has two has them side by side.
    holders = [deal for deal in placed for _ in range(promised[deal.pk])]
    for number, spot in enumerate(places):
        deal = holders[number] if number < len(holders) else None
        edition.add(booth(plan, number + 1, spot, deal, dice))


def booths_promised(edition: Edition) -> Counter[int]:
    """{deal: how many booths}."""
    rows = Deliverable.objects.booths(edition.conference).order_by()
    found: Counter[int] = Counter()
    for deal, quantity in rows.values_list("deal", "quantity"):
        found[deal] += quantity
    return found


def booth(plan: FloorPlan, number: int, spot, deal, dice: Dice) -> Booth:
    x, y, w, h = spot
    return Booth(
        conference=plan.conference,
        plan=plan,
        number=str(100 + number),
        x=part(x, WIDTH),
        y=part(y, HEIGHT),
        w=part(w, WIDTH),
        h=part(h, HEIGHT),
        size="10 × 10 ft",
        power=dice.choice(POWER),
        internet=dice.choice(INTERNET),
        sponsorship=deal,
    )


def part(length: float, whole: int) -> Decimal:
    return (Decimal(length) / whole).quantize(Decimal("0.0001"))


def spots(number: int) -> list[tuple[float, float, float, float]]:
    """Corners and sides: rows back to back, with aisles between."""
    rows = 4
    while -(-number // rows) > rows * 5:
        rows += 2
    columns = -(-number // rows)
    wide = (RIGHT - LEFT) / (columns + columns // 5)
    high = (BOTTOM - TOP) / (rows * 1.45)
    found = []
    for n in range(number):
        row, column = divmod(n, columns)
        x = LEFT + (column + column // 5) * wide
        y = TOP + (row + row // 2 * 0.9) * high
        found.append((x, y, wide, high))
    return found


def draw_hall(slug: str, places) -> str:
    """Stores the drawing; returns its name in the storage."""
    parts = [
        f'<rect x="6" y="6" width="{WIDTH - 12}" height="{HEIGHT - 12}" rx="4" fill="#fff" '
        f'stroke="{WALL}" stroke-width="8"/>',
        f'<rect x="450" y="6" width="300" height="70" fill="{PALE}" stroke="{WALL}"/>',
        words(600, 48, "Stage"),
        f'<rect x="520" y="{HEIGHT - 12}" width="160" height="12" fill="#fff"/>',
        words(600, HEIGHT - 24, "Entrance"),
        words(140, 60, "Coffee"),
        words(1060, 60, "Lounge"),
        *(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{PALE}" '
            f'stroke="{INK}" stroke-width="1"/>'
            for x, y, w, h in places
        ),
    ]
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
    path = f"plans/demo-hall-{slug}.svg"
    if default_storage.exists(path):
        default_storage.delete(path)
    return default_storage.save(path, ContentFile(drawing.encode()))


def words(x: int, y: int, text: str) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="26" fill="{INK}" '
        f'text-anchor="middle">{text}</text>'
    )
