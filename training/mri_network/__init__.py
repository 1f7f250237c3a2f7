"""How the network that finds vertebrae, discs and canal on sagittal MRI is trained."""
