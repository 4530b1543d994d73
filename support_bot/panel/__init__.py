"""Turn a ticket of a helpdesk into a draft of its reply, which an agent reads, changes and signs."""
