"""Scripts in JavaScript: QuickJS, one runtime per virtual user, on the event loop."""
