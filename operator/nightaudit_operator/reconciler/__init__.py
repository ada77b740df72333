"""The keyed work queue with backoff, the workers, and the periodic resync."""
