"""Accounts by machines and networks, and what joins the accounts of each cluster."""

from __future__ import annotations

from isolation.findings import FACT_WORDS
from isolation.messages import message, plural
from isolation.reports.charts.graph import graph
from isolation.reports.charts.matrix import matrix
from isolation.reports.content import Chart, Paragraph, Section, Table
from isolation.reports.parts.drawn import left_out, ranked
from isolation.reports.parts.words import CONFIDENCE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit
    from isolation.reports.content import Block
    from isolation.reports.frame import Frame

_MOST_ROWS = 100
_MOST_PLACES = 20  # as many as a page is wide for
_MOST_CLUSTERS = 10
_MOST_MEMBERS = 60
_MOST_LISTED = 500


def section(frame: Frame) -> Section:
    """The matrix, then one graph for each of the largest clusters."""
    audit = frame.audit
    blocks: list[Block] = []
    if audit.stays:
        accounts = ranked(audit)
        if len(accounts) > _MOST_ROWS:
            blocks.append(left_out(_MOST_ROWS, len(accounts)))
        blocks.append(_matrix(audit, set(accounts[:_MOST_ROWS])))
    blocks += [cluster_chart(audit, at) for at in range(1, min(len(audit.clusters), _MOST_CLUSTERS) + 1)]
    if len(audit.clusters) > _MOST_CLUSTERS:
        left = len(audit.clusters) - _MOST_CLUSTERS
        blocks.append(
            Paragraph(plural("{count} smaller cluster is not drawn.", "{count} smaller clusters are not drawn.", left))
        )
    if not blocks:
        blocks.append(Paragraph(message("Nothing was found.")))
    return Section("places", message("Who was where"), tuple(blocks))


def _matrix(audit: Audit, drawn: set[str]) -> Chart:
    uses: dict[tuple[str, str], int] = {}
    of_place: dict[str, set[str]] = {}
    for stay in audit.stays:
        if stay.account not in drawn:
            continue
        for place in filter(None, (stay.machine, stay.network)):
            uses[stay.account, place] = uses.get((stay.account, place), 0) + stay.count
            of_place.setdefault(place, set()).add(stay.account)
    places = sorted(of_place, key=lambda place: (-len(of_place[place]), place))[:_MOST_PLACES]
    shown = {cell: count for cell, count in uses.items() if cell[1] in places}
    accounts = sorted({account for account, _ in shown})
    rows = tuple((account, place, str(count)) for (account, place), count in sorted(shown.items()))
    table = _listed(
        (message("Account"), message("Machine or network"), message("Uses")), rows, message("Uses by place")
    )
    summary = message("Each number is how often an account was used on a machine or network.")
    if len(of_place) > len(places):
        summary = message(
            "Each number is how often an account was used on a machine or network; of {all}, the {shown} with the most "
            "accounts are drawn.", all=len(of_place), shown=len(places),
        )  # fmt: skip
    title = message("Accounts by machines and networks")
    return Chart("matrix", title, summary, matrix(shown, accounts, places), table)


def _listed(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], caption: str) -> Table:
    """The figures of a picture, as many rows as somebody would read."""
    if len(rows) > _MOST_LISTED:
        caption = message("{caption}: the first {shown} of {all}", caption=caption, shown=_MOST_LISTED, all=len(rows))
    return Table(columns, rows[:_MOST_LISTED], caption)


def cluster_chart(audit: Audit, at: int) -> Chart:
    """The graph of one cluster, the largest being 1."""
    cluster = audit.clusters[at - 1]
    members = set(cluster.accounts[:_MOST_MEMBERS])
    lines = []
    for finding in audit.findings:
        if finding.state == "open" and len(finding.accounts) > 1 and members.issuperset(finding.accounts[:1]):
            name = message("{fact} {value}", fact=FACT_WORDS[finding.fact], value=finding.value or finding.id[-12:])
            lines += [(account, name, finding.confidence) for account in finding.accounts if account in members]
    accounts = sorted(members)
    identifiers = sorted({name for _, name, _ in lines})[:_MOST_MEMBERS]
    lines = [line for line in lines if line[1] in identifiers]
    rows = tuple((account, name, CONFIDENCE_WORDS[confidence]) for account, name, confidence in lines)
    table = _listed((message("Account"), message("Touched"), message("Confidence")), rows, message("What joins them"))
    title = message("Cluster {number}: {accounts}", number=at,
                    accounts=plural("{count} account", "{count} accounts", len(cluster.accounts)))  # fmt: skip
    summary = message("Accounts on the left, what they share on the right; a dashed line is not certain.")
    return Chart(f"cluster-{at}", title, summary, graph(accounts, identifiers, lines), table)
