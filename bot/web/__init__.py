"""What the program serves over HTTP for residents and machines: the chat page, the webhook, health and metrics."""
