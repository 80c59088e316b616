"""What the seller who is played may change (V13)."""

from training_platform.crm.rules.roles import Reach, reach_of

#: Roles that lead: they assign, protect, approve and decide over what nobody owns.
LEADING = frozenset({"team_lead", "director"})


def leads(role: str) -> bool:
    """Tell whether a role leads others."""
    return role in LEADING


def may_edit(role: str, *, is_own: bool, is_owned: bool, is_team: bool) -> bool:
    """Tell whether a record may be changed: one's own, a lead's team's, a director's all.

    What nobody owns is read-only until somebody claims it; those who lead may change it.
    """
    if is_own or reach_of(role) is Reach.ALL:
        return True
    return leads(role) and (is_team or not is_owned)
