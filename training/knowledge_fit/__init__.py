"""Joint fit of link strengths and leaks to what sources state of people (`make fit`)."""
