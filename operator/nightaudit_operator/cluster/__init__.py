"""The impure edge: reads the caches, applies plans, writes statuses on change, and emits Events on transitions."""
