"""一括照会: many questions at once, answered in four steps that survive a crash."""
