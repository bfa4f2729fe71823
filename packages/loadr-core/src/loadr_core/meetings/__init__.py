"""Rendezvous: who waits where, and where in a run that is decided."""

from loadr_core.meetings.book import MeetingBook, Release
from loadr_core.meetings.local import LocalMeetings
from loadr_core.meetings.meetings import Meetings

__all__ = ["LocalMeetings", "MeetingBook", "Meetings", "Release"]
