"""Where values come from: one small file a kind."""
