"""`python -m nightaudit_auditor`: the `nightaudit` command."""

from nightaudit_auditor.cli import main

if __name__ == "__main__":
    main()
