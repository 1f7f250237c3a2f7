"""T1, T2 and STIR of one examination read together in one frame: marrow, endplates, discs and facet joints."""
