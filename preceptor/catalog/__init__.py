"""What is offered: activities and their editions."""
