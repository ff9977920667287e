"""Personal data at rest: AES-256-GCM under a key from the environment, and blind indexes to find it again.

A secret may be `new,old`: the first part encrypts, every part decrypts, so a key is rotated by putting
the new one in front. What a value looks like: 1 byte version, 4 bytes key id, 12 bytes nonce, ciphertext.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"


class Unreadable(Exception):
    """The value was encrypted under a key that ZHITONG_SECRET_KEY no longer holds, or was altered."""


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"zhitong " + purpose).derive(secret.encode())


class Keyring:
    """Encrypts, decrypts and indexes with keys derived from one or more secrets, newest first."""

    def __init__(self, secret: str) -> None:
        self.secrets = tuple(part.strip() for part in secret.split(",") if part.strip())
        if not self.secrets:
            raise ValueError("a secret is needed")
        keys = [_derive(part, b"columns") for part in self.secrets]
        self._ciphers = {hashlib.sha256(key).digest()[:4]: AESGCM(key) for key in keys}
        self._newest = hashlib.sha256(keys[0]).digest()[:4]
        self._index_key = _derive(self.secrets[0], b"blind index")

    def seal(self, plain: bytes) -> bytes:
        """Encrypt under the newest key."""
        nonce = os.urandom(12)
        return _VERSION + self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt; raises Unreadable."""
        cipher = self._ciphers.get(sealed[1:5])
        if cipher is None or sealed[:1] != _VERSION:
            raise Unreadable
        try:
            return cipher.decrypt(sealed[5:17], sealed[17:], None)
        except InvalidTag as error:
            raise Unreadable from error

    def index(self, text: str) -> str:
        """Return a keyed hash by which an equal text is found without decrypting anything."""
        return hmac.new(self._index_key, text.encode(), "sha256").hexdigest()[:32]

    def signing_keys(self, purpose: str) -> list[bytes]:
        """Return keys for signatures of one purpose, oldest first, as itsdangerous wants them."""
        return [_derive(part, purpose.encode()) for part in reversed(self.secrets)]


def token_hash(token: str) -> str:
    """Return how a one-time token is kept: links and sessions are stored only as this hash."""
    return hashlib.sha256(token.encode()).hexdigest()
