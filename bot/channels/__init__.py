"""Channels: each is an aiogram session, so that one dispatcher and one set of handlers serves them all."""
