"""申诉 disputes: somebody says that a result is wrong, and a trainer decides with a reason.

Upper packages open one with `services.open_dispute(session, Disputed(...), actor, Claim(...))`,
read them with `queries.disputes_of`, and hear of the end by `assessment.events.DisputeDecided`.
What is disputed is drawn by them: slot "dispute.evidence", with `dispute`; what follows a decision
stands in the slot "dispute.outcome".
"""
