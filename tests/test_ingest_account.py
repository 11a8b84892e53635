"""Where an object store is and who asks there, as the environment says; what is wrong is told before it is asked."""

from __future__ import annotations

import pytest

from ingest import ObjectStoreError
from ingest.objectstore.account import check_key, endpoint_of

KEY = {"AWS_ACCESS_KEY_ID": "publisher", "AWS_SECRET_ACCESS_KEY": "not-to-be-told"}
ELSEWHERE = "http://127.0.0.1:8333"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("127.0.0.1:18333", "does not begin with http"),
        ("s3.example.org", "does not begin with http"),
        ("ftp://s3.example.org", "does not begin with http"),
        ("", "is empty"),
        (" ", "is empty"),
        (" http://127.0.0.1:8333", "has a space"),
        ("http://127.0.0.1:8333\n", "has a space or a line break"),
        ("http://", "names no host"),
        ("http://:8333", "names no host"),
        ("http://a%zz", "names no host"),
        ("http://[::1", "names no host"),
        ("http://127.0.0.1:99999", "names no host that can be read, or a port"),
        ("http://127.0.0.1:port", "names no host that can be read, or a port"),
        ("http://publisher:not-to-be-told@127.0.0.1", "holds who asks"),
        ("http://127.0.0.1:8333/bucket", "has something behind its host"),
        ("http://127.0.0.1:8333?a=b", "has something behind its host"),
    ],
)
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"])
def test_an_address_that_is_none_is_told_by_its_variable(name: str, url: str, why: str) -> None:
    with pytest.raises(ObjectStoreError) as told:
        endpoint_of({name: url})
    assert str(told.value).startswith(f"{name} {why}") and "; set it to" in str(told.value)
    assert "not-to-be-told" not in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize("url", ["https://s3.example.org", f"{ELSEWHERE}/", "http://[::1]:8333", "http://store_a:80"])
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert endpoint_of({"AWS_ENDPOINT_URL_S3": url, "AWS_ENDPOINT_URL": "of others"}) == url.rstrip("/")


def test_without_an_address_it_is_amazons() -> None:
    assert endpoint_of({}) is None


@pytest.mark.parametrize("name", [*KEY, "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"])
@pytest.mark.parametrize("value", ["not-to-be-told\n", "not to be told", "not-to-be-tøld"])
def test_what_would_break_a_request_is_told_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ObjectStoreError, match=rf"^{name} has a space, a line break or .*; set it without$"):
        check_key(KEY | {name: value}, ELSEWHERE)


@pytest.mark.parametrize("missing", KEY)
@pytest.mark.parametrize("endpoint", [None, ELSEWHERE])
def test_half_a_key_is_told(missing: str, endpoint: str | None) -> None:
    for half in ({name: value for name, value in KEY.items() if name != missing}, KEY | {missing: ""}):
        with pytest.raises(ObjectStoreError, match=f"^{missing} is not set; set it to what belongs to AWS_"):
            check_key(half, endpoint)


def test_a_machine_shows_its_role_to_nobody_but_amazon() -> None:
    with pytest.raises(ObjectStoreError, match=r"^AWS_ACCESS_KEY_ID is not set; set it and AWS_SECRET_ACCESS_KEY"):
        check_key({}, ELSEWHERE)
    check_key({}, None)
    check_key({}, "https://bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com")
    check_key({"AWS_METADATA_ENDPOINT": "http://169.254.169.254"}, ELSEWHERE)
    check_key({"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}, ELSEWHERE)
    check_key(KEY, ELSEWHERE)
