"""Workbooks of Excel: values as they are shown."""
