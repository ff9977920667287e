"""Accounts: who is talking, through which channel, with which roles, and what they agreed to."""

from services.accounts.accounts import Account, Accounts, Grant, Link, LinkDead, Role, staff_with

__all__ = ["Account", "Accounts", "Grant", "Link", "LinkDead", "Role", "staff_with"]
