"""行为表现考核: observed in training and in daily work, rated by those who saw it.

Who wrote what is not kept, except for the superior and the person: anonymity.py says what may be
shown, and nothing else decides it.
"""
