"""After the talks: links to slides and recordings, and what ticket holders thought."""

from schedule.models import Kind, Rating

from .dice import Dice
from .placing import Grid, Line
from .shop import Shop
from .talks import Staged
from .world import Edition

MOST = 30  # ratings of a talk
SLIDES = {"over": 0.8, "on": 0.4}
RECORDED = {"over": 0.85, "on": 0.05}
IN_WORDS = 0.35
ABUSE = "What a waste of my money. Whoever let this person on a stage should be ashamed."
WORDS = {
    5: [
        "The best talk of the day. I changed our backups on the way home.",
        "Clear, funny, and the demo worked.",
        "Exactly the level I hoped for. Please come again next year!",
        "I did not know that I needed this. Thank you.",
        "Honest about what went wrong, which is rare.",
        "Sent the slides to the whole team before lunch.",
    ],
    4: [
        "Very good. A little fast towards the end.",
        "Great content; the font on the slides was too small for the back rows.",
        "Would have liked ten more minutes for questions.",
        "Good overview, and the second half went deep enough for me.",
        "The live demo alone was worth it.",
    ],
    3: [
        "Solid, but I knew most of it already.",
        "The abstract promised more about operations.",
        "Good speaker. Too many bullet points.",
    ],
    2: [
        "It was announced for beginners, and I was lost after five minutes.",
        "Felt like a product tour in places.",
        "Hard to hear from the side of the room.",
    ],
    1: ["Not what the abstract said at all."],
}


def add_links(edition: Edition, staged: list[Staged], grid: Grid) -> None:
    """Most talks of the past have both; of those on now some speakers were quick."""
    dice, begun = edition.dice("links"), {line.staged.talk.pk for line in given(edition, grid)}
    for one in staged:
        talk, place = one.talk, f"{edition.slug}/{one.talk.code.lower()}"
        if talk.pk not in begun:
            continue
        if dice.chance(SLIDES[edition.phase]):
            talk.slides_url = f"https://slides.example.org/{place}.pdf"
        if dice.chance(RECORDED[edition.phase]) and talk.may_record:
            talk.recording_url = f"https://video.example.org/{place}"


def add_ratings(edition: Edition, shop: Shop, grid: Grid) -> None:
    """Many for what was crowded; the demo's attendee has rated some, and can rate the rest."""
    dice = edition.dice("ratings")
    tickets = [one for one in shop.named if one.order_id and one.order.status == "paid"]
    speaker = edition.world.users["speaker"].pk
    own = [one for one in tickets if one.user_id == edition.world.users["attendee"].pk][:1]
    others = [one for one in tickets if one not in own]
    for n, line in enumerate(given(edition, grid)):
        talk = line.staged.talk
        speakers = {speaker.email for speaker in line.staged.speakers}
        accounts = {speaker.user_id for speaker in line.staged.speakers if speaker.user_id}
        number = min(MOST, len(others) // 3, round((talk.expected_audience or 20) * 0.12))
        least = 0
        if speaker in accounts:  # the demo's speaker has something to read
            least = number = min(12, len(others))
        quality = min(4.8, dice.gauss(4.2, 0.45))
        unsaid = {stars: list(words) for stars, words in WORDS.items()}
        chosen = dice.sample(others, dice.randint(least, number)) + (own if n % 5 == 0 else [])
        for ticket in chosen:
            if ticket.user_id not in accounts and ticket.attendee_email not in speakers:
                add_rating(edition, dice, line, ticket, quality, unsaid)


def add_rating(edition: Edition, dice: Dice, line: Line, ticket, quality, unsaid) -> None:
    """Nobody says what somebody else has said of the talk."""
    stars = max(1, min(5, round(dice.gauss(quality, 0.8))))
    left = unsaid[stars]
    words = left.pop(dice.randrange(len(left))) if left and dice.chance(IN_WORDS) else ""
    is_abuse = stars == 1 and dice.chance(0.25)
    begins = edition.moment(line.spot.day, *divmod(line.spot.begins, 60))
    edition.add(
        Rating(
            talk=line.staged.talk,
            ticket=ticket,
            holder=ticket.holder_key(),
            stars=stars,
            comment=ABUSE if is_abuse else words,
            is_hidden=is_abuse,
            hidden_by=edition.world.users["program"] if is_abuse else None,
            created_at=min(begins.replace(second=dice.randint(1, 59)), edition.world.now),
        )
    )


def given(edition: Edition, grid: Grid) -> list[Line]:
    """Talks that have begun by now and were not cancelled."""
    return [
        line
        for line in grid.lines
        if line.staged
        and line.kind == Kind.MAIN
        and not line.staged.talk.is_cancelled
        and edition.moment(line.spot.day, *divmod(line.spot.begins, 60)) <= edition.world.now
    ]
