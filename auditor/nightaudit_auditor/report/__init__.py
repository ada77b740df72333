"""The report of a run: one self-contained HTML file."""

from nightaudit_auditor.report.model import AccountRow, CheckText, ExceptionRow, InventoryRow, ReportModel, SettingRow
from nightaudit_auditor.report.render import render

__all__ = ["AccountRow", "CheckText", "ExceptionRow", "InventoryRow", "ReportModel", "SettingRow", "render"]
