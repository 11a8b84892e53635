"""What is measured, one module each with one class `System`; see `stage.System` for what that does."""
