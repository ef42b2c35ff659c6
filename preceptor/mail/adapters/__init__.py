"""The outside world of letters: text and HTML, MIME, SMTP, and the sink that catches letters on this machine."""
