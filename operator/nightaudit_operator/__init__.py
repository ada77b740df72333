"""The Night Audit operator: reconciles AuditSchedules into CronJobs and records every run as an AuditRun."""
