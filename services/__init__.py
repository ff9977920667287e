"""The domain: one package per subject. It knows no framework and no channel."""
