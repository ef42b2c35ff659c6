"""The outside world of credit: QR codes and typesetting."""
