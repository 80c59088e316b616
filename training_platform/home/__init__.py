"""Today, the team, the dashboards per right, search over everything."""
