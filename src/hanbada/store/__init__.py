"""What we keep: packs, archive, ledger, desk database, lines as heard. Only `app` opens it."""
