"""Measurements, side by side in one run. Nothing here is imported by the product or its tests."""
