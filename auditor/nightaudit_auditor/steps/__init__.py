"""The steps of a night, each a function of plain data: `run` strings them together, the command line offers them one by one."""
