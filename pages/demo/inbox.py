"""What came to the shared mailbox this morning and waits to be sorted.

It is taken in as mail that was read from a mailbox, in transactions of its own, so it comes after
the rest.
"""

import datetime as dt
import io
from email.message import EmailMessage
from email.utils import format_datetime

from PIL import Image

from sponsors.mail import parse, place
from sponsors.models import Contact, Mail

from .names import Names, ascii_word
from .words import words
from .world import World

TO = "Sponsors <sponsors@demo.example>"


def add_inbox(world: World) -> None:
    """One who is known and four who are not, the last of a domain that we know."""
    dice, names = world.dice("inbox"), Names(world.dice("inbox", "names"))
    firms = [firm for firm, _ in world.organizations if firm.is_company]
    host = firms[1].website.split("/")[2]
    for n, said in enumerate(words().sponsors["inbox"]):
        letter = EmailMessage()
        person = names.person()
        sender = (person.name, said.get("from") or f"{ascii_word(person.given)}@{host}")
        if said.get("is_known"):
            known = Contact.objects.present().filter(organization=firms[0].pk).order_by("pk")[0]
            sender = (known.name, known.email)
        at = world.now - dt.timedelta(minutes=34 + 97 * n)
        letter["From"] = "{} <{}>".format(*sender)
        letter["To"], letter["Date"], letter["Subject"] = TO, format_datetime(at), said["subject"]
        letter["Message-ID"] = f"<{dice.hexadecimal(24)}@{sender[1].rpartition('@')[2]}>"
        letter.set_content(said["text"].strip().format(name=sender[0], firm=firms[1].name))
        if "html" in said:
            letter.add_alternative(said["html"], subtype="html")
        for name in said.get("files", ()):
            letter.add_attachment(drawing(), maintype="image", subtype="png", filename=name)
        place.take_in(parse.letter(letter.as_bytes()), from_sent=False, received_at=at)
    Mail.objects.filter(taken_at__gt=world.now).update(taken_at=world.now)


def drawing() -> bytes:
    """A small picture of a plan."""
    picture, out = Image.new("RGB", (240, 160), "#eef2f5"), io.BytesIO()
    picture.paste("#2f7d5b", (40, 40, 120, 120))
    picture.paste("#3b76c4", (130, 40, 200, 80))
    picture.save(out, "PNG")
    return out.getvalue()
