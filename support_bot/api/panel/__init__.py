"""The agent's side panel over HTTP."""
