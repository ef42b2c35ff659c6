"""The tests: items, attempts, answers, grading. Pre-test and post-test are one thing used twice."""
