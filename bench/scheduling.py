"""The board over HTTP, and what happens to a plan: judged, published, taken back."""

import datetime as dt
import json
import re
from urllib.parse import urlencode

from django.conf import settings

from scale.models import OutgoingEmail, Role
from schedule import actions
from schedule.models import Plan, Slot
from schedule.plans import State, working_plan

from .client import Browser
from .shopper import FORM
from .visitors import staff

MOVES = 15
PLANS = 10
TIMES = 20
LITTLE = dt.timedelta(minutes=5)
PLAIN = {"Accept-Encoding": "identity"}


def at_board(conference, port):
    """(browser, address of the middle day's board): the fullest."""
    browser = Browser(port)
    browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.PROGRAM)
    days = conference.days()
    day = days[len(days) // 2]
    return browser, f"/staff/{conference.slug}/board/{{}}?day={day:%Y-%m-%d}"


def board_data(conference):
    def act(port, n):
        browser, path = at_board(conference, port)
        return lambda: browser.get(path.format("data/"))[0] == 200

    return act


def board_asked_again(conference):
    """What an open board asks every few seconds."""

    def act(port, n):
        browser, path = at_board(conference, port)
        _, headers, _ = browser.get(path.format("data/"))
        seen = {"If-None-Match": headers["etag"]}
        return lambda: browser.request("GET", path.format("data/"), headers=seen)[0] == 304

    return act


def board_move(conference):
    """One talk five minutes shorter, then as long as before; each client has a talk of its own."""

    def act(port, n):
        browser, path = at_board(conference, port)
        _, _, page = browser.get(path.format(""), **PLAIN)
        token = re.search(rb'data-token="([^"]+)"', page).group(1).decode()
        _, _, body = browser.get(path.format("data/"), **PLAIN)
        talks = [line for line in json.loads(body)["lines"] if line["code"] and line["room"]]
        line = talks[n % len(talks)]
        longer, shorter = line["ends"], minutes_before(line["ends"])

        def once():
            nonlocal line
            fields = {
                "csrfmiddlewaretoken": token,
                "verb": "move",
                "slot": line["uuid"],
                "seen": line["mark"],
                "room": line["room"],
                "starts": line["starts"],
                "ends": shorter if line["ends"] == longer else longer,
            }
            sent = urlencode(fields).encode()
            status, _, body = browser.request("POST", path.format("edit/"), sent, FORM | PLAIN)
            found = json.loads(body)["lines"]
            line = next(one for one in found if one["uuid"] == line["uuid"])
            return status == 200

        return once

    return act


def minutes_before(clock):
    return f"{dt.datetime.fromisoformat(clock) - LITTLE:%Y-%m-%dT%H:%M}"


def shortened(plan, slots, by=LITTLE):
    """Moves that clash with nothing: each slot ends five minutes earlier, or later again."""
    for slot in slots:
        ends_at = {"ends_at": slot.ends_at - by}
        actions.plan_move(plan, slot.placement() | ends_at, slot=slot)


def talks_of(conference):
    return list(Slot.objects.filter(conference=conference, talk__isnull=False).order_by("pk"))


def conflicts(conference):
    """Everything that is wrong with the whole working plan, again and again."""
    plan = working_plan(conference)
    State.of(plan).conflicts  # noqa: B018

    def work():
        for _ in range(TIMES):
            assert State.of(plan).conflicts is not None  # nosec B101
        return TIMES

    return work


def publish(conference):
    """Plans of 15 moves each, of slots of their own; each speaker's mail is queued."""
    slots, plans = talks_of(conference), []
    for n in range(PLANS + 1):
        plan = Plan.objects.create(conference=conference, name=f"Bench {n}")
        shortened(plan, slots[n * MOVES : (n + 1) * MOVES])
        plans.append(plan)
    # What a process does once, such as reading a template, is no cost of the act.
    assert actions.publish(plans.pop())  # nosec B101

    def work():
        before = OutgoingEmail.objects.count()
        for plan in plans:
            assert actions.publish(plan)  # nosec B101
        assert OutgoingEmail.objects.count() > before  # nosec B101
        return PLANS

    return work


def revert(conference):
    """Back to what was before the plans of `publish`: planned, then published without mails."""
    wanted = conference.releases.filter(plan__name="Bench 0").latest("number").number - 1

    def work():
        plan = actions.plan_release(conference, wanted)
        assert actions.publish(plan, notify=False, override_reason="Bench")  # nosec B101
        return 1

    return work


def publishes(number):
    """So many changes now, one after the other: a plan, a move, a release each."""

    def task(conference):
        slots = talks_of(conference)

        def work():
            for n in range(number):
                slot = slots[n % len(slots)]
                slot.refresh_from_db()
                plan = Plan.objects.create(conference=conference, name="Change now")
                shortened(plan, [slot], -LITTLE if n // len(slots) % 2 else LITTLE)
                assert actions.publish(plan, notify=False, override_reason="Bench")  # nosec B101
            return number

        return work

    return task


TASKS = {
    "conflicts": conflicts,
    "publish": publish,
    "revert": revert,
    "publishes": publishes(1_000),
    "publishes-after": publishes(100),
}
