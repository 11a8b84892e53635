"""What an object store refuses or fails at, as it is told: what happened, and which variable or right mends it."""

from __future__ import annotations

import re

from ingest.errors import ObjectMissing, ObjectStoreAway, ObjectStoreError

_RIGHTS = "see docs/objectstore.md for what a publisher and a replica may do"
# By the codes of S3; what else is refused is told by its number.
_REFUSED = {
    "SignatureDoesNotMatch": (
        "the store does not take the signature",
        "see that AWS_SECRET_ACCESS_KEY belongs to AWS_ACCESS_KEY_ID",
    ),
    "InvalidAccessKeyId": ("the store does not know who asks", "see what AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN say"),
    "ExpiredToken": ("the token has had its time", "get a new AWS_SESSION_TOKEN, with the key that belongs to it"),
    "InvalidToken": ("the store does not take the token", "see what AWS_SESSION_TOKEN says, or unset it"),
    "RequestTimeTooSkewed": ("the clocks of the store and of this machine differ", "set the clock"),
    "AuthorizationHeaderMalformed": ("the store is of another region", "see what AWS_REGION says"),
    "PermanentRedirect": ("the bucket is in another region", "see what AWS_REGION says"),
}
# Of what lies under an error that no store has answered, by what reqwest and the system call it.
_UNREACHED = (
    ("ConnectionRefused", "nothing listens there"),
    ("dns error", "there is no such host"),
    ("InvalidContentType", "it does not speak TLS: begin the address with http://"),
    ("ertificate", "its certificate is not one that this machine trusts"),
    ("TimedOut", "it did not answer in time"),
)
_NO_ANSWER = "it did not answer, or broke off"
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>|\(code: (\w+)\)")
_WRITES = re.compile(r"performing (?:PUT|POST|DELETE)|DeleteObjects|CompleteMultipart")
_METADATA = re.compile(r"/latest/(?:api/token|meta-data)|169\.254\.169\.254")


def explained(error: Exception, where: str, key: str, endpoint: str | None) -> ObjectStoreError:
    """What a caller is told of an error that obstore raised for `key` of the store `where`, without who asked.

    No duration and no number of tries is in it, so that the same fault is told alike each time.
    """
    text = str(error)
    named = _STATUS.search(text)
    status = int(named[1]) if named else None
    code = next((one or other for one, other in _CODE.findall(text)), None)
    if code == "NoSuchBucket":
        return ObjectStoreError(f"{where}: there is no such bucket; make it, or see {_told_by(endpoint)}")
    if isinstance(error, FileNotFoundError):
        return ObjectMissing(f"{where}/{key}: is not there")
    place = f"the store at {endpoint}" if endpoint else "Amazon's S3"
    if _METADATA.search(text):
        return ObjectStoreError(
            f"{where}: AWS_ACCESS_KEY_ID is not set, and this machine has no role of a cloud; set it and "
            "AWS_SECRET_ACCESS_KEY to the key of who may use the store"
        )
    told = ", ".join(str(part) for part in (status, code) if part)
    if code in _REFUSED:
        what, mend = _REFUSED[code]
        return ObjectStoreError(f"{where}: {what} ({told}); {mend}")
    if status in (401, 403) or code == "AccessDenied":
        does = "written or removed" if _WRITES.search(text) else "read"
        return ObjectStoreError(f"{where}/{key}: may not be {does} by AWS_ACCESS_KEY_ID ({told}); {_RIGHTS}")
    if status is not None and (status >= 500 or status == 429):
        return ObjectStoreAway(f"{where}: {place} failed ({told}); try again when it has recovered")
    if status is None and ("HTTP error" in text or "HttpError" in text):
        why = next((why for words, why in _UNREACHED if words in text), _NO_ANSWER)
        return ObjectStoreAway(f"{where}: {place} cannot be reached: {why}; see that it runs, and {_told_by(endpoint)}")
    return ObjectStoreError(f"{where}/{key}: {_shortened(text)}{f' ({code})' if code else ''}")


def _told_by(endpoint: str | None) -> str:
    """The variables that say where the store is."""
    return "what AWS_ENDPOINT_URL_S3 says" if endpoint else "what AWS_REGION and AWS_ENDPOINT_URL_S3 say"


def _shortened(text: str) -> str:
    """What an error of obstore says first, without the rest of an answer, which may name who asked."""
    short = re.split(r"\n|: <|<\?xml", text, maxsplit=1)[0]
    short = re.sub(r"//[^/@\s]*@", "//", short)
    return re.sub(r" in [\d.]+[mµn]?s(?:, after \d+ retries, max_retries: \d+, retry_timeout: \w+ *)?", "", short)
