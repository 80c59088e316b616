"""The demo company, made by calling the services under a stepped clock."""
