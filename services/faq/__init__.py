"""Questions: what people ask, what they find, and whether it helped."""

from services.faq.faq import Faq
from services.faq.found import Found, Miss

__all__ = ["Faq", "Found", "Miss"]
