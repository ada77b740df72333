"""At least one resource behind every operation of the catalogue: one module a service, each with `seed()`.

A module may say in `LACKS` which operations moto does not have, and in `AFTER` which modules seed first.
"""
