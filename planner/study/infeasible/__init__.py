"""Why an instance has no plan, in the rows and units of its tables.

`rules` says which cells are rules; `loosened` builds the model without them; `limits`, `policies` and `swings` say how
much room each cell gives where it gives way; `rooms` and `cells` find them in the model; `elastic` finds which have to;
`repair`, `conflict` and `explain` say so.
"""

from planner.study.infeasible.explain import Explanation, explain_infeasible

__all__ = ["Explanation", "explain_infeasible"]
