"""The parts of bench/soak.py: who asks, who publishes, what is made of what they saw, and how it is drawn."""
