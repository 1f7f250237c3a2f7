"""How the coefficients of the disc grades were fitted to an expert's grades, by patient."""
