"""A small OpenID Connect provider on loopback, which can be told to misbehave."""

import hashlib
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "hanbada", "a secret of the client"


class Identity:
    """The provider: `claims` change what it says, `lies` change its documents, `sign` its signature."""

    def __init__(self, now_s):
        self.key, self.claims, self.lies, self.asked, self.now_s = (
            ECKey.generate_key("P-256", {"kid": "1"}),
            {},
            {},
            {},
            now_s,
        )
        self.published, self.sign, self.paths = self.key, self.signed, []
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider.answer(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)

    def answer(self, request, form):
        path = urlsplit(request.path).path
        self.paths.append(path)
        if path == "/authorize":
            query = self.authorize(self.issuer + request.path)
            status, body = 302, f"{self.asked['redirect_uri']}?{urlencode(query)}"
        else:
            status, body = self.document(path, form, request.headers)
        content = json.dumps(body).encode()
        request.send_response(status)
        if status == 302:
            request.send_header("location", body)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def document(self, path, form, headers):
        if path in self.lies.get("redirects", ()):
            return 302, f"{self.issuer}/elsewhere"
        if path == "/.well-known/openid-configuration":
            said = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize"}
            said |= {"token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys"}
            return 200, said | self.lies.get("document", {})
        if path == "/keys":
            return 200, {"keys": [self.published.as_dict(private=False)]}
        if path == "/token":
            return self.token(form, headers)
        return 404, {}

    def token(self, form, headers):
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = urlsafe_b64encode(digest).rstrip(b"=").decode() == self.asked["code_challenge"]
        basic = b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
        good = (
            proven
            and form.get("code") == "the code"
            and basic.startswith(CLIENT)
            and self.asked["redirect_uri"] == form["redirect_uri"]
        )
        if not good:
            return 400, {"error": "invalid_grant"}
        said = {
            "iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "iat": self.now_s(), "exp": self.now_s() + 300,
            "nonce": self.asked["nonce"], "preferred_username": "kim", "groups": ["watch", "others"],
        }  # fmt: skip
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(said | self.claims)}

    def signed(self, claims):
        return jwt.encode({"alg": "ES256", "kid": "1"}, claims, self.key)

    def authorize(self, location):
        """What a person's browser does there: signs in, and is sent back with a code."""
        assert location.startswith(f"{self.issuer}/authorize?")
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert (self.asked["response_type"], self.asked["code_challenge_method"]) == ("code", "S256")
        return {"code": "the code", "state": self.asked["state"]}


def now():
    return int(time.time())
