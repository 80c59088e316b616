"""评分标准 rubrics, and scoring by people: who rates what, and what comes out of it.

Upper packages ask for a scoring with `services.open_scoring`, read results with
`queries.scored_shares` and `queries.scorings_of`, and hear of the end by
`assessment.events.ScoringFinished`. What is to be scored may be drawn by them: slot
"scoring.material", with `scoring`.
"""
