"""Suspected duplicates: the live check while somebody types, and the page of all clusters."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import is_htmx, requires, wants_json
from training_platform.crm.desk import Desk
from training_platform.crm.queries import duplicates as queries
from training_platform.crm.queries.names import names_of
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services.access import may_edit
from training_platform.crm.services.duplicates import Candidate, find_candidates, reachable
from training_platform.crm.services.merging import open_merges
from training_platform.crm.views.blueprint import bp, reading_desk, render

#: Clusters on one page.
MOST_CLUSTERS = 30
_TYPED = ("name", "company", "mobile", "email", "credit_code", "contact_name", "person")


@bp.get("/<int:workspace_id>/duplicates")
@requires(Permission.WORKSPACE_READ)
def duplicates(workspace_id: int) -> ResponseReturnValue:
    """Show the clusters; with ?entity=&name=&mobile= the candidates for what is being typed."""
    desk = reading_desk(workspace_id)
    if request.args.get("entity"):
        return _candidates(desk, request.args["entity"])
    found = queries.clusters(desk)
    owners = {customer.owner_id for each in found for customer in each.customers} - {None}
    shown = found[:MOST_CLUSTERS]
    return render(
        "crm/duplicates.html",
        desk,
        clusters=shown,
        count=len(found),
        names=names_of(desk, {"seller": {ident for ident in owners if ident}}),
        mergeable=_mergeable(desk, shown),
        merges=open_merges(desk),
    )


def _mergeable(desk: Desk, clusters: list[queries.Cluster]) -> dict[int, str]:
    """Return the address of the merge for the clusters that are the seller's to merge."""
    found = {}
    for place, cluster in enumerate(clusters):
        if 2 <= len(cluster.customers) <= 5 and all(
            may_edit(desk, each) for each in cluster.customers
        ):
            ids = ",".join(str(each.id) for each in cluster.customers)
            found[place] = url_for("crm.merge", workspace_id=desk.workspace.id, ids=ids)
    return found


def _candidates(desk: Desk, entity: str) -> ResponseReturnValue:
    typed = {name: request.args[name][:200] for name in _TYPED if request.args.get(name)}
    own = whole_number(request.args.get("id", ""))
    found = find_candidates(desk, entity, typed, own)
    if wants_json() and not is_htmx():
        return {"candidates": [_as_json(desk, each) for each in found]}
    return render_template(
        "crm/_duplicate_hints.html",
        candidates=found,
        reachable=reachable(desk, found),
        entities=ENTITIES,
        desk=desk,
    )


def _as_json(desk: Desk, candidate: Candidate) -> dict[str, Any]:
    return {
        "entity": candidate.entity,
        "id": candidate.id,
        "title": candidate.title,
        "reasons": candidate.words,
        "href": url_for(
            "crm.record",
            workspace_id=desk.workspace.id,
            entity=candidate.entity,
            item_id=candidate.id,
        ),
    }
