"""The API as types: the three kinds, their children, conditions, reasons, the run summary and the configuration."""
