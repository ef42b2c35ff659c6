"""The teaching: lecture, reading, patient case."""
