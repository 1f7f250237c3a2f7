"""What networks and grade models say of people they never saw, kept for `ilc validate mri`."""
