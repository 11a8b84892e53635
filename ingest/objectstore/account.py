"""Where an object store is and who asks there, as the environment variables of AWS tell it; nothing is asked here.

What is wrong with them is found before a request is made: the packages below take them as they are, and what they say
of it names no variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from ingest.errors import ObjectStoreError

# The first that is set counts.
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_ID, _SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
# Who asks without a key of its own says so by one of these.
_ROLES = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
    "AWS_SKIP_SIGNATURE",
)
# What becomes part of a header or of an address.
_WORDS = (_ID, _SECRET, "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")


def endpoint_of(environment: Mapping[str, str]) -> str | None:
    """The address of the store as a url without a path, None for Amazon's S3; ObjectStoreError where it is none."""
    name = next((name for name in _ENDPOINTS if name in environment), None)
    if name is None:
        return None
    url = environment[name]
    if why := _fault(url):
        # It is not repeated: it may hold a password.
        raise ObjectStoreError(
            f"{name} {why}; set it to the address of the store, such as https://s3.example.org or "
            "http://127.0.0.1:8333, or unset it for Amazon's S3"
        )
    return url.rstrip("/")


def _fault(url: str) -> str | None:
    """What is wrong with the address of a store."""
    if not url.strip():
        return "is empty"
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return "has a space or a line break in it"
    if not url.startswith(("http://", "https://")):
        return "does not begin with http:// or https://"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "names no host that can be read, or a port that is no number up to 65535"
    if not host or not _HOST.fullmatch(host):
        return "names no host"
    if "@" in parts.netloc:
        return f"holds who asks, which {_ID} and {_SECRET} tell"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "has something behind its host and port, where the bucket and the prefix are told by s3://BUCKET/PREFIX"
    return None


def check_key(environment: Mapping[str, str], endpoint: str | None) -> None:
    """ObjectStoreError where nobody is named who asks the store at `endpoint` (None: Amazon's S3), or not readably.

    Amazon's S3 may be asked by the role of the machine, which a service of the cloud tells; another store is never
    shown what that tells unless AWS_METADATA_ENDPOINT names the service.
    """
    for name in _WORDS:
        if re.search(r"[^!-~]", environment.get(name, "")):
            raise ObjectStoreError(f"{name} has a space, a line break or a letter that is not English; set it without")
    told = {name for name in (_ID, _SECRET, *_ROLES) if environment.get(name)}
    if len({_ID, _SECRET} & told) == 1:
        missing = _SECRET if _ID in told else _ID
        raise ObjectStoreError(f"{missing} is not set; set it to what belongs to {(told & {_ID, _SECRET}).pop()}")
    if not told and endpoint is not None and not str(urlsplit(endpoint).hostname).endswith(_AMAZON):
        raise ObjectStoreError(f"{_ID} is not set; set it and {_SECRET} to the key of who may use the store")
