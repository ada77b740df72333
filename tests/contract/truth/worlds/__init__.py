"""What is planted to be found, and what is planted to be left alone: one module a service, each with `plant(at)`.

A module may say in `LACKS` which checks cannot be shown here, and why: {check: sentence}. A sentence that begins with
`service.Operation` names an operation that the stand-in does not have; that is tested, too.
"""
