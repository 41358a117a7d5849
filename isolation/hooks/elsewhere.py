"""The identity that a login would have at a machine or a network known by its label: for a what-if, never recorded."""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.hooks.naming import labelled_readings
from isolation.identifiers.accounts import label_key
from isolation.messages import message
from isolation.model import MACHINE_FACTS, Identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.ledger import Reader
    from isolation.model import Reading
    from isolation.policy import Policy

_MACHINE_CONTEXT = (*MACHINE_FACTS, "current_mac")


def identity_at(reader: Reader, policy: Policy, here: Identity, machine: str, network: str) -> Identity:
    """What is read here, with the machine or the network ("" for this one) replaced by what its label stands for.

    Raises UsageError for a label that the policy does not have for that, or that was not learnt, and KeyUnavailable.
    """
    readings = here.readings
    source = here.source
    if machine:
        readings = (
            *(one for one in readings if one.fact not in _MACHINE_CONTEXT),
            *_learnt(reader, policy, machine, "machine"),
        )
        source = message("label {label}", label=machine)
    if network:
        readings = (
            *(one for one in readings if one.fact in _MACHINE_CONTEXT),
            *_learnt(reader, policy, network, "network"),
        )
    return Identity(readings, here.observed_at, source)


def _learnt(reader: Reader, policy: Policy, label: str, kind: str) -> tuple[Reading, ...]:
    known = policy.labels.get(label_key(label))
    if known is None or known.kind != kind:
        raise UsageError(
            message("The policy has no {kind} of the label {label}.", kind=kind, label=label),
            "`isolation name` at it learns what it stands for; `isolation name --export -` lists all labels.",
        )
    if reader.key_problem is not None:
        raise reader.key_problem
    facts = (
        MACHINE_FACTS if kind == "machine" else ("gateway_mac", "bssid", "access_point", "public_ip", "public_prefix")
    )
    found = labelled_readings(reader, label, facts)
    if not found:
        raise UsageError(
            message("Nobody has taught what {label} stands for.", label=label),
            message("Run `isolation name {kind} LABEL` at it.", kind=kind),
        )
    reason = message("this is what the label stands for; it was not read here and now")
    return tuple(one.replace(reason=reason) for one in found)


__all__ = ["identity_at"]
