"""Pure: what should exist for the objects that exist, and what their statuses should say."""
