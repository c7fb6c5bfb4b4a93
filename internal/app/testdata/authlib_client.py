"""Asks by Authlib about the token in a JSON list on standard input, or revokes it."""

import json
import sys

from authlib.integrations.requests_client import OAuth2Session

endpoint, method, name, secret, token = json.load(sys.stdin)
session = OAuth2Session(name, secret, token_endpoint_auth_method=method,
                        revocation_endpoint_auth_method=method)
act = session.revoke_token if endpoint.endswith("/revoke") else session.introspect_token
answer = act(endpoint, token=token, token_type_hint="access_token")
json.dump({"status": answer.status_code, "body": answer.json()}, sys.stdout)
