"""Every output agrees with the database after every kind of change, or this fails.

The registry `scale.outputs` names what shows schedule facts; a crawl of the
public site finds whatever shows them without standing there.
"""

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from cfp.models import Talk
from scale import outputs
from scale.models import Role
from schedule.actions import approve_claim, publish, withdraw_claim
from schedule.models import Favourite, Slot
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.readers import READERS, Page

CRAWL_LIMIT = 300
# Each shows every slot once, in one answer.
FEEDS = ("calendar", "frab XML", "schedule JSON", "signs", "app", "Guidebook CSV")
# These show every talk that has a place, in one answer or several.
ALL_TALKS = (
    *("calendar of favourites", "talks of my schedule", "speakers of the day"),
    *("crew sheet", "crew sheet to print"),
)


@pytest.fixture
def stage(conference):
    """Four talks in three rooms, a break, a repeat; names that stand nowhere by accident."""
    rooms = [make.room(conference, name=name) for name in ("Quokka Hall", "Numbat Room", "Emu")]
    people = [
        make_cfp.speaker(name=name, biography=f"{name} writes compilers.")
        for name in ("Zdenka Vrabec", "Ólafur Þórsson", "Ngozi Adichukwu", "Tāne Māhuta")
    ]
    track = make_cfp.track(conference, name="Marsupial computing")
    slots = [
        make.slot(
            conference,
            room=rooms[n % 3],
            starts_at=make.at(conference, 10 + n, day=n % 2),
            talk=make.confirmed(
                conference, title=f"Xylophone number {n}", speakers=[people[n]], track=track
            ),
        )
        for n in range(4)
    ]
    make.slot(
        conference,
        room=rooms[2],
        talk=slots[0].talk,
        starts_at=make.at(conference, 16),
        kind="repeat",
    )
    make.slot(
        conference, title="Lunch under trees", place="Lawn", starts_at=make.at(conference, 12)
    )
    make.favourites(conference, *(slot.talk for slot in slots))
    return {"rooms": rooms, "people": people, "slots": slots}


def truth(conference):
    """{slot uuid: what every output must say of it}"""
    return {
        str(slot.uuid): {
            "title": slot.what,
            "where": slot.where,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "speakers": slot.speaker_names,
            "is_talk": slot.talk_id is not None,
            "cancelled": bool(slot.talk and slot.talk.is_cancelled),
            "links": (slot.talk.slides_url, slot.talk.recording_url) if slot.talk else ("", ""),
        }
        for slot in Slot.objects.shown(conference)
    }


def check_all_outputs(conference, gone=(), only=None):
    """Compare every registered output with the rows; `gone` words may stand nowhere.

    `only` names those that are looked at, where that is not all.
    """
    client, crew = Client(), crew_of(conference)
    wanted = truth(conference)
    for output in outputs.REGISTERED.values():
        if only and output.name not in only:
            continue
        seen = set()
        for path in output.paths(conference):
            response = (client if output.is_public else crew).get(path)
            assert response.status_code == 200, (output.name, path)
            body = response.content
            for word in gone:
                assert word.encode() not in body, f"{output.name} {path} still says {word}"
            facts = [aware(fact, conference) for fact in READERS[output.reader](body)]
            found = [compare(fact, wanted, f"{output.name} {path}") for fact in facts]
            seen.update(found)
            if output.name in FEEDS:
                assert sorted(found) == sorted(wanted), f"{output.name} {path} misses slots"
        if output.name in (*FEEDS, "schedule", "schedule of a day", "slots of the API"):
            assert seen == set(wanted), f"{output.name} misses slots"
        if output.name in ALL_TALKS:
            talks = {uuid for uuid, row in wanted.items() if row["is_talk"]}
            assert talks <= seen, f"{output.name} misses talks"
    return wanted


def crew_of(conference):
    """A client of somebody who sees the crew's sheets and the door."""
    user = make_scale.user()
    make_scale.second_factor(user)
    make_scale.staff_role(user, conference, Role.CREW)
    make_scale.staff_role(user, conference, Role.DOOR)
    client = Client()
    client.force_login(user)
    return client


def aware(fact, conference):
    """Times of the venue's clocks as instants."""
    if fact.starts_at is None or fact.starts_at.tzinfo:
        return fact
    begins, ends = (time.replace(tzinfo=conference.zone) for time in (fact.starts_at, fact.ends_at))
    return replace(fact, starts_at=begins, ends_at=ends)


def compare(fact, wanted, where):
    """The slot that the fact is about; everything the fact says is true."""
    if fact.slot is None:
        matching = [
            uuid
            for uuid, row in wanted.items()
            if (row["title"], row["starts_at"], row["where"])
            == (fact.title, fact.starts_at, fact.where)
        ]
        assert matching, f"{where} shows {fact}, which is no slot"
        fact_slot = matching[0]
    else:
        assert fact.slot in wanted, f"{where} shows a slot that is gone: {fact}"
        fact_slot = fact.slot
    row = wanted[fact_slot]
    for name in ("title", "where", "starts_at", "ends_at", "speakers", "links"):
        said = getattr(fact, name)
        if said is not None:
            clean = said.split(" · ")[0] if name == "title" else said
            assert clean == row[name], f"{where} says {name} {said!r}, it is {row[name]!r}"
    if fact.title:
        assert fact.cancelled == row["cancelled"], where
    return fact_slot


def test_outputs_agree_after_every_kind_of_change(conference, stage):
    check_all_outputs(conference)

    slot = stage["slots"][1]
    make.move(slot, room_id=stage["rooms"][2].pk, starts_at=make.at(conference, 9, 30, day=2))
    publish(working_plan(conference))
    assert check_all_outputs(conference)[str(slot.uuid)]["where"] == "Emu"

    talk = stage["slots"][2].talk
    talk.title = "Glockenspiel & <em>friends</em>"
    talk.save()
    check_all_outputs(conference, gone=["Xylophone number 2"])

    link = stage["slots"][3].talk.talk_speakers.get()
    link.speaker = make_cfp.speaker(name="Wiremu Pōtiki")
    link.save()
    check_all_outputs(conference, gone=["Tāne Māhuta"])

    talk = stage["slots"][1].talk
    for host, gone in (("old.example", []), ("new.example", ["old.example"])):
        talk.slides_url, talk.recording_url = f"https://{host}/a?b=1&c=2", f"https://{host}/v"
        talk.save()
        assert host in Client().get(talk.get_absolute_url()).content.decode()
        check_all_outputs(conference, gone=gone)

    talk = stage["slots"][0].talk
    talk.move_to(Talk.Status.CANCELLED)
    talk.save()
    assert sum(row["cancelled"] for row in check_all_outputs(conference).values()) == 2

    stage["rooms"][0].name = "Wombat Hall"
    stage["rooms"][0].save()
    check_all_outputs(conference, gone=["Quokka Hall"])


def test_nothing_public_shows_schedule_facts_without_being_registered(conference, stage):
    registered = {
        path for output in outputs.REGISTERED.values() for path in output.paths(conference)
    }
    names = [person.name for person in stage["people"]] + [
        slot.talk.title for slot in stage["slots"]
    ]
    strangers = []
    for path, text in crawl(f"/{conference.slug}/"):
        known = path in registered or path == "/"
        if not known and any(name in text for name in names):
            strangers.append(path)
    assert strangers == []


def test_the_crawl_reaches_the_registered_pages(conference, stage):
    """Else the test above would prove nothing."""
    reached = {path for path, _ in crawl(f"/{conference.slug}/")}
    pages = {
        path
        for output in outputs.REGISTERED.values()
        if output.name
        in ("schedule", "talk page", "speaker page", "track page", "room page", "calendar")
        for path in output.paths(conference)
    }
    assert pages - reached == set()


def crawl(start):
    """(path, text) of everything the public can reach by links from `start` and from /."""
    client = Client()
    waiting, seen = ["/", start], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        assert len(seen) < CRAWL_LIMIT, "the crawl does not end"
        response = client.get(path)
        if response.status_code in (301, 302):
            waiting.append(urlsplit(urljoin(path, response["Location"])).path)
            continue
        if response.status_code != 200 or response.streaming:
            continue
        body = response.content.decode(errors="replace")
        if "html" in response["Content-Type"]:
            page = Page(body)
            yield path, "".join(page.text)
            waiting += [target for link in page.links if (target := local_path(path, link))]
        else:
            yield path, body


def local_path(base, link):
    parts = urlsplit(urljoin(base, link))
    if parts.scheme not in ("", "http") or parts.netloc or not parts.path.startswith("/"):
        return None
    skip = ("/static/", "/account/", "/admin/", "/staff/", "/dev/")
    return None if parts.path.startswith(skip) else parts.path


def test_place_for_a_bof_is_the_same_everywhere_from_open_to_taken_and_back(conference, stage):
    program = make_scale.user()
    place = make.bof_place(conference, room=stage["rooms"][1])
    check_all_outputs(conference)
    claim = make.bof_claim(place, title="Homelabs of the north")
    check_all_outputs(conference, gone=["Homelabs of the north"])
    approve_claim(claim, by=program)
    claim.refresh_from_db()
    Favourite.objects.create(list=conference.favourite_lists.get(), talk=claim.talk)
    assert claim.title in {row["title"] for row in check_all_outputs(conference).values()}
    withdraw_claim(claim, by=None)
    check_all_outputs(conference, gone=["Homelabs of the north"])
