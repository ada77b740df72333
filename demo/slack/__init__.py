"""A Slack-shaped server: the Web API methods that a bot posts with, Slack's limits and errors, and a page to read them on."""
