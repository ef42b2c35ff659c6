"""The award: claim ledger, certificate, verification, transcript."""
