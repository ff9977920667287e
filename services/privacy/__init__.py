"""A person's own data: shown, exported, deleted (PIPL 44–47). May read and change the tables of every subject."""

from services.privacy.privacy import Eraser, Privacy, StaffKept
from services.privacy.telling import Section

__all__ = ["Eraser", "Privacy", "Section", "StaffKept"]
