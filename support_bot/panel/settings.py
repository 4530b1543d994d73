"""Turn the environment's `SUPPORT_BOT_PANEL_` variables into the settings of the agent's side panel."""

from pydantic import Field
from pydantic_settings import BaseSettings


class PanelSettings(BaseSettings):
    """What is kept of agents' drafts; the helpdesk's own settings are those of handing over."""

    panel_names_agents: bool = Field(
        default=False,
        description="Whether what became of drafts is kept under the agents' names; else they are only counted.",
    )
