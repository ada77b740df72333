"""A Slack-shaped server: the Web API methods that a bot posts with, Slack's limits and errors, and a page to read them on."""

TOKEN = "xoxb-demo-not-a-real-token"
"""The bot token that the server accepts unless it is told another one."""
