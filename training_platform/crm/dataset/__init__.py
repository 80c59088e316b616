"""The dataset b2b_cn: how it is generated, shipped and loaded."""
