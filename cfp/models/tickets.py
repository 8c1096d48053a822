"""The tickets that people hold because they speak."""

from django.db import models
from django.db.models import Exists, OuterRef

from registration.models import Ribbon, Ticket
from scale.models import Conference

from .call import Calls
from .speaker import Speaker
from .talk import Talk, TalkSpeaker


class SpeakerTicketQuerySet(models.QuerySet):
    def held(self):
        """Those in force and still the speaker's own: a ticket passed on loses its ribbons."""
        ribbon = Ribbon.objects.filter(ticket=OuterRef("ticket"), role=SpeakerTicket.ROLE)
        return self.filter(Exists(ribbon), ticket__status=Ticket.Status.LIVE)

    def without_talk(self, conference):
        """Given for a talk, and none of the person's is confirmed any more."""
        speaking = confirmed(conference).values("speaker")
        given = self.held().filter(ticket__allowance__source__startswith=SpeakerTicket.SOURCE)
        return given.filter(conference=conference).exclude(speaker__in=speaking)

    def missing(self, conference):
        """The TalkSpeakers of confirmed talks who have an address and never got a ticket."""
        entitled = Calls(conference).with_tickets(conference)
        known = self.filter(conference=conference).values("speaker")
        rows = confirmed(conference).filter(entitled).exclude(speaker__in=known)
        return rows.exclude(speaker__email=None, speaker__user=None)


def confirmed(conference):
    return TalkSpeaker.objects.filter(
        talk__conference=conference, talk__status=Talk.Status.CONFIRMED
    )


class SpeakerTicket(models.Model):
    """The ticket on which somebody is a speaker: one an edition, however many talks they give.

    The row stays when the ticket ends, so that nobody is given one twice by themselves.
    """

    ROLE = "speaker"  # the ribbon on their badges
    SOURCE = "talk:"  # with the talk's pk behind it: what counts the free tickets of one talk

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="speaker_tickets")
    speaker = models.ForeignKey(Speaker, models.PROTECT, related_name="tickets")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")

    objects = SpeakerTicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "speaker"], name="one_ticket_a_speaker_and_edition"
            ),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.ticket.code}"
