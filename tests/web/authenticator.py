"""An authenticator in software, to answer as no browser would: with other origins, names, challenges and counters."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def b64(content):
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One passkey (ES256, no attestation)."""

    def __init__(self, origin="http://localhost", rp_id="localhost"):
        self.origin, self.rp_id, self.count = origin, rp_id, 0
        self.key, self.credential, self.handle = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32), b""

    def client_data(self, kind, options):
        about = {"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(about).encode()

    def data(self, flags, more=b""):
        self.count += 1
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + more

    def create(self, options):
        self.handle = unb64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(point)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self.data(0x45, attested)})
        client = self.client_data("create", options)
        return self.answer({"clientDataJSON": b64(client), "attestationObject": b64(made)})

    def get(self, options):
        client, data = self.client_data("get", options), self.data(0x05)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self.answer({name: b64(value) for name, value in said.items()})

    def answer(self, response):
        name = b64(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
