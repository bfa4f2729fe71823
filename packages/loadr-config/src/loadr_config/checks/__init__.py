"""What a plan means, checked before it runs: each module one kind of mistake."""
