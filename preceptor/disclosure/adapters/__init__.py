"""The outside world of disclosures: links in letters, files of agreements."""
