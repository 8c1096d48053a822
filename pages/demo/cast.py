"""Accounts: the demo's people, a committee, and who else has signed up."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from cfp.models import TrackRole
from scale.models import Role, StaffRole, User

from .people import DEMO_PEOPLE, PASSWORD
from .world import Edition, World


def add_user(world: World, name: str, email: str, password: str, joined_at) -> User:
    """An account with a verified address."""
    user = world.writer.add(User(name=name, email=email, password=password, joined_at=joined_at))
    world.writer.add(EmailAddress(user=user, email=email, verified=True, primary=True))
    return user


def add_guest(world: World, name: str, email: str, dice, joined_at) -> User:
    """Someone without a password, who gets in by a code sent to the address."""
    return add_user(world, name, email, UNUSABLE_PASSWORD_PREFIX + dice.code(40), joined_at)


def add_cast(world: World, joined_at) -> None:
    hashed = make_password(PASSWORD)  # once: a good hash takes its time
    for person in DEMO_PEOPLE:
        world.users[person.key] = add_user(world, person.name, person.email, hashed, joined_at)
        world.names.taken.add(person.email)
    dice = world.dice("committee")
    for _ in range(world.size.committee):
        person = world.names.person()
        world.committee.append(add_guest(world, person.name, person.email, dice, joined_at))


def add_roles(edition: Edition) -> None:
    """The demo's people by their roles; of the committee everyone reviews in two tracks."""
    world, conference = edition.world, edition.conference
    for person in DEMO_PEOPLE:
        for role in person.roles:
            edition.add(
                StaffRole(user=world.users[person.key], conference=conference, role=Role(role))
            )
    tracks = list(edition.tracks.values())
    for n, user in enumerate(world.committee):
        edition.add(StaffRole(user=user, conference=conference, role=Role.REVIEWER))
        for step in (0, 1):
            track = tracks[(n + step * 3) % len(tracks)]
            edition.add(TrackRole(user=user, track=track, role=TrackRole.Role.REVIEWER))
        if n < len(tracks):
            edition.add(TrackRole(user=user, track=tracks[n], role=TrackRole.Role.CHAIR))
