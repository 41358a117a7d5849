"""RFC 3161 time stamps: what one says, and whether it may be believed.

Reading needs nothing but the bytes. Asking and verifying is `rfc3161-client`'s, which the extra `anchor` installs.
"""

from __future__ import annotations

import datetime
import re

from isolation.digests import sha256
from isolation.errors import IsolationError, UsageError
from isolation.ledger.der import (
    CONTEXT_0,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_ID,
    OCTETS,
    SEQUENCE,
    BadDer,
    Element,
    descend,
    parse,
)
from isolation.messages import message
from isolation.model import Value
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cryptography.x509 import Certificate

_SHA256 = bytes.fromhex("608648016503040201")  # 2.16.840.1.101.3.4.2.1
LARGEST = 1 << 18  # bytes of a response; one with a chain of certificates takes 10,000
_SECOND = 1_000_000
# Moments that have a date: from year 1 to before year 10000, in µs since 1970.
_FIRST, _END = -62_135_596_800 * _SECOND, 253_402_300_800 * _SECOND
# X.690, 11.7, and RFC 3161, 2.4.2: in UTC, to the second or with a fraction that ends in no zero.
_GENERALIZED = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z")
_SIGNED_DATA = ((1, SEQUENCE), (1, CONTEXT_0), (0, SEQUENCE))  # from the response: token, content, SignedData


class BadTimeStamp(ValueError):
    """A response that is no time stamp, or not one of these data that may be believed."""


class TimeStamp(Value):
    """What a response states: the digest it is of, and when it was made (µs).

    `since` and `until` are the bounds of that by the authority's own accuracy and by the digits of a second it gives.
    """

    __slots__ = ("digest", "since", "time", "until")
    digest: bytes
    time: int
    since: int
    until: int

    def __init__(self, digest: bytes, time: int, since: int, until: int) -> None:
        self._init(digest=digest, time=time, since=since, until=until)


def read_time_stamp(response: bytes) -> TimeStamp:
    """What a response (TimeStampResp, DER) states; believes everything. Raises BadTimeStamp."""
    if len(response) > LARGEST:
        raise BadTimeStamp("it is too large")
    try:
        content = descend(parse(response), *_SIGNED_DATA, (2, SEQUENCE), (1, CONTEXT_0), (0, OCTETS))
        info = parse(content.value())
        algorithm = descend(info, (2, SEQUENCE), (0, SEQUENCE), (0, OBJECT_ID))
        digest = descend(info, (2, SEQUENCE), (1, OCTETS))
        made = descend(info, (4, GENERALIZED_TIME))
        more = info.members()[5:6]
        accuracy = _accuracy(more[0]) if more and more[0].tag == SEQUENCE else 0
        if algorithm.value() != _SHA256:
            raise BadTimeStamp("it is not over a SHA-256 digest")
        moment, unit = _generalized(made.value())
        if not _FIRST <= moment - accuracy < moment + accuracy + unit < _END:
            raise BadDer("its time is not one")
        return TimeStamp(digest.value(), moment, moment - accuracy, moment + accuracy + unit)
    except BadDer as problem:
        raise BadTimeStamp(message("it is no time stamp: {problem}", problem=problem)) from None


def _accuracy(element: Element) -> int:
    """Accuracy ::= SEQUENCE { seconds INTEGER, millis [0], micros [1] }, each optional (RFC 3161, 2.4.2)."""
    weights = {INTEGER: _SECOND, 0x80: 1000, 0x81: 1}
    parts = element.members()
    if any(part.tag not in weights or part.number() < 0 for part in parts):
        raise BadDer("its accuracy is not one")
    return sum(weights[part.tag] * part.number() for part in parts)


def _generalized(text: bytes) -> tuple[int, int]:
    """`20261123151100Z`, or with a fraction of a second, and the unit of its last digit, in µs (1 at least).

    What stands after the last digit was cut off by the authority: OpenSSL gives whole seconds.
    """
    found = _GENERALIZED.fullmatch(text)
    if found is None:
        raise BadDer("its time is not one")
    *whole, fraction = found.groups(default=b"")
    try:
        year, month, day, hour, minute, second = map(int, whole)
        moment = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        raise BadDer("its time is not one") from None
    since_epoch = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return since_epoch // datetime.timedelta(microseconds=1) + int(fraction.ljust(6, b"0")[:6]), _unit(len(fraction))


def _unit(digits: int) -> int:
    unit: int = 10 ** max(0, 6 - digits)
    return unit


def in_order(response: bytes) -> bytes:
    """The response with its certificates in the order of a DER set, which OpenSSL does not put them into.

    They are outside what is signed. Other bytes than those of a response come back as they are.
    """
    try:
        signed = descend(parse(response), *_SIGNED_DATA)
        certificates = next(member for member in signed.members() if member.tag == CONTEXT_0)
        ordered = sorted(member.whole() for member in certificates.members())
    except (BadDer, StopIteration):
        return response
    return response[: certificates.content] + b"".join(ordered) + response[certificates.end :]


class Trust:
    """The certificates that a person named: roots, and whatever else lies in the same file."""

    def __init__(self, certificates: list[Certificate]) -> None:
        self.roots = [one for one in certificates if one.issuer == one.subject]
        self.others = [one for one in certificates if one.issuer != one.subject]

    @classmethod
    def load(cls, path: str) -> Trust:
        """The certificates of a PEM file. Raises UsageError."""
        from cryptography.x509 import load_pem_x509_certificates

        try:
            with open(path, "rb") as file:
                trust = cls(load_pem_x509_certificates(file.read(1 << 20)))
        except OSError as problem:
            raise UsageError(
                message("{path} cannot be read: {why}.", path=path, why=why_of(problem)), "Name a file that exists."
            ) from None
        except ValueError:
            raise UsageError(
                message("{path} holds no certificate.", path=path), "Name a PEM file with the authority's root."
            ) from None
        if not trust.roots:
            raise UsageError(
                message("{path} holds no root certificate.", path=path),
                "Add the root that the authority's chain ends in.",
            )
        return trust


def client() -> Any:
    """The package `rfc3161_client`; raises IsolationError where it is not installed."""
    try:
        import rfc3161_client
    except ImportError:
        raise IsolationError(
            "Time stamps need the package rfc3161-client.", "Install it: pip install 'isolation[anchor]'."
        ) from None
    return rfc3161_client


def request(data: bytes) -> Any:
    """A request to time-stamp the SHA-256 digest of the data, with a nonce; `as_bytes()` is what is sent."""
    rfc3161 = client()
    builder = rfc3161.TimestampRequestBuilder().data(data).hash_algorithm(rfc3161.HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def verify(response: bytes, asked: Any, data: bytes, trust: Trust | None) -> tuple[TimeStamp, bytes]:
    """What a response states, once it is the answer to what was asked, over these data, by a time-stamping authority.

    With `trust` its signature and chain are verified too, at the time that it states; without it nobody knows who
    made it. Returns it with the response in order. Raises BadTimeStamp.
    """
    response = in_order(response)
    return _verified(response, data, trust, asked.nonce), response


def verify_stored(response: bytes, data: bytes, trust: Trust) -> TimeStamp:
    """What a response that was stored states, once an authority below these roots made it over these data.

    Signature and chain are verified at the time that it states. Raises BadTimeStamp, and IsolationError without the
    package.
    """
    return _verified(response, data, trust)


def _verified(response: bytes, data: bytes, trust: Trust | None, nonce: int | None = None) -> TimeStamp:
    rfc3161 = client()
    try:
        decoded = rfc3161.decode_timestamp_response(response)
        if decoded.status != 0:
            told = "; ".join(decoded.status_string) or message("status {status}", status=decoded.status)
            raise BadTimeStamp(message("the authority refused: {told}", told=told))
        stamp = read_time_stamp(response)
        if stamp.digest != sha256(data).digest():
            raise BadTimeStamp("it is of other data")
        if nonce is not None and decoded.tst_info.nonce != nonce:
            raise BadTimeStamp("it is the answer to another request: the nonce differs")
        signer = _signer(decoded, trust)
        if trust is not None:
            _verify_chain(rfc3161, decoded, data, trust, signer)
    except BadTimeStamp:
        raise
    except Exception as problem:  # noqa: BLE001 - hostile bytes make the two libraries raise many things
        raise BadTimeStamp(_short(problem)) from None
    return stamp


def _signer(decoded: Any, trust: Trust | None) -> Certificate:
    """The certificate that signed, which must be one for time stamps alone (RFC 3161, 2.3). Raises BadTimeStamp."""
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound, load_der_x509_certificate
    from cryptography.x509.oid import ExtendedKeyUsageOID

    signers = list(decoded.signed_data.signer_infos)
    if len(signers) != 1:
        raise BadTimeStamp(message("it has {signers} signers, where there is to be one", signers=len(signers)))
    known = [load_der_x509_certificate(one) for one in decoded.signed_data.certificates]
    known += trust.others if trust is not None else []
    for certificate in known:
        if (certificate.issuer, certificate.serial_number) == (signers[0].issuer, signers[0].serial_number):
            break
    else:
        raise BadTimeStamp("the certificate that signed it is not there; add it to the file of --ca")
    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage)
    except ExtensionNotFound:
        raise BadTimeStamp("the certificate that signed it is not one for time stamps") from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise BadTimeStamp("the certificate that signed it is not one for time stamps alone")
    return certificate


def _verify_chain(rfc3161: Any, decoded: Any, data: bytes, trust: Trust, signer: Certificate) -> None:
    builder = rfc3161.VerifierBuilder(
        tsa_certificate=signer, roots=list(trust.roots), intermediates=[one for one in trust.others if one != signer]
    )
    builder.build().verify_message(decoded, data)


def _short(problem: Exception) -> str:
    """Why verifying failed, without OpenSSL's inner life."""
    text = str(problem)
    found = text.rpartition("Verify error: ")[2].partition('"')[0] if "Verify error: " in text else ""
    if found:
        return message("its certificate does not lead to the root that was named: {found}", found=found)
    if "pkcs7" in text:
        return message("its signature does not hold")
    return message("it cannot be read: {text}", text=text[:200])


__all__ = [
    "LARGEST",
    "BadTimeStamp",
    "TimeStamp",
    "Trust",
    "in_order",
    "read_time_stamp",
    "request",
    "verify",
    "verify_stored",
]
