"""The staff console: server-rendered pages over the same services as the chat. Knows no messenger and no SQL."""
