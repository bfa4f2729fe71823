"""What scripts can ask of the host, by topic: functions with JSON arguments and results."""
